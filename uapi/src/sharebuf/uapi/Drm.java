package sharebuf.uapi;

/**
 * Numbers of {@code drm/drm.h} and {@code drm/drm_mode.h}. Ioctls are {@code long}, without sign; flags and values are {@code int}.
 */
public final class Drm {
    /** Asks for the driver: {@link DrmVersion}. */
    public static final long DRM_IOCTL_VERSION = 0xc040_6400L;
    /** Asks for a capability: {@link DrmCap}. */
    public static final long DRM_IOCTL_GET_CAP = 0xc010_640cL;
    /** Sets a capability of this client: {@link DrmCap}. */
    public static final long DRM_IOCTL_SET_CLIENT_CAP = 0x4010_640dL;
    /** Closes a GEM handle: {@link DrmGemClose}. */
    public static final long DRM_IOCTL_GEM_CLOSE = 0x4008_6409L;
    /** Makes a dma-buf of a GEM handle: {@link DrmPrimeHandle}. */
    public static final long DRM_IOCTL_PRIME_HANDLE_TO_FD = 0xc00c_642dL;
    /** Imports a dma-buf: {@link DrmPrimeHandle}. The same dma-buf gives the same handle, without a count. */
    public static final long DRM_IOCTL_PRIME_FD_TO_HANDLE = 0xc00c_642eL;
    /** Makes this file the card's master: who sets modes and flips. No argument. */
    public static final long DRM_IOCTL_SET_MASTER = 0x641eL;
    /** Leaves that to others. No argument. */
    public static final long DRM_IOCTL_DROP_MASTER = 0x641fL;
    /** Asks for the objects of the card: {@link DrmCardResources}. */
    public static final long DRM_IOCTL_MODE_GETRESOURCES = 0xc040_64a0L;
    /** Asks what a CRTC shows: {@link DrmCrtc}. */
    public static final long DRM_IOCTL_MODE_GETCRTC = 0xc068_64a1L;
    /** Sets mode and framebuffer of a CRTC: {@link DrmCrtc}. */
    public static final long DRM_IOCTL_MODE_SETCRTC = 0xc068_64a2L;
    /** Asks for an encoder: {@link DrmEncoder}. */
    public static final long DRM_IOCTL_MODE_GETENCODER = 0xc014_64a6L;
    /** Asks for a connector: {@link DrmConnector}. */
    public static final long DRM_IOCTL_MODE_GETCONNECTOR = 0xc050_64a7L;
    /** Removes a framebuffer: an {@code int}, its id. */
    public static final long DRM_IOCTL_MODE_RMFB = 0xc004_64afL;
    /** Shows another framebuffer: {@link DrmPageFlip}. */
    public static final long DRM_IOCTL_MODE_PAGE_FLIP = 0xc018_64b0L;
    /** Says that what a framebuffer shows has changed: {@link DrmDirtyFramebuffer}. */
    public static final long DRM_IOCTL_MODE_DIRTYFB = 0xc018_64b1L;
    /** Makes a dumb buffer: {@link DrmCreateDumb}. */
    public static final long DRM_IOCTL_MODE_CREATE_DUMB = 0xc020_64b2L;
    /** Asks where a dumb buffer can be mapped: {@link DrmMapDumb}. */
    public static final long DRM_IOCTL_MODE_MAP_DUMB = 0xc010_64b3L;
    /** Frees a dumb buffer: {@link DrmDestroyDumb}. */
    public static final long DRM_IOCTL_MODE_DESTROY_DUMB = 0xc004_64b4L;
    /** Asks for the planes of the card: {@link DrmPlaneResources}. */
    public static final long DRM_IOCTL_MODE_GETPLANERESOURCES = 0xc010_64b5L;
    /** Asks for a plane: {@link DrmPlane}. */
    public static final long DRM_IOCTL_MODE_GETPLANE = 0xc020_64b6L;
    /** Asks what a property is: {@link DrmProperty}. */
    public static final long DRM_IOCTL_MODE_GETPROPERTY = 0xc040_64aaL;
    /** Asks for the bytes of a property: {@link DrmBlob}. */
    public static final long DRM_IOCTL_MODE_GETPROPBLOB = 0xc010_64acL;
    /** Asks for the properties of an object: {@link DrmObjectProperties}. */
    public static final long DRM_IOCTL_MODE_OBJ_GETPROPERTIES = 0xc020_64b9L;
    /** Makes a framebuffer: {@link DrmFramebuffer}. */
    public static final long DRM_IOCTL_MODE_ADDFB2 = 0xc068_64b8L;
    /** Whether there are dumb buffers. */
    public static final int DRM_CAP_DUMB_BUFFER = 1;
    /** What it does with dma-bufs, {@code DRM_PRIME_CAP_…}. */
    public static final int DRM_CAP_PRIME = 5;
    /** Whether time stamps are of the monotonic clock. */
    public static final int DRM_CAP_TIMESTAMP_MONOTONIC = 6;
    /** Whether {@link #DRM_IOCTL_MODE_ADDFB2} takes modifiers. */
    public static final int DRM_CAP_ADDFB2_MODIFIERS = 0x10;
    /** It imports dma-bufs. */
    public static final int DRM_PRIME_CAP_IMPORT = 1;
    /** It exports dma-bufs. */
    public static final int DRM_PRIME_CAP_EXPORT = 2;
    /** List primary and cursor planes too. */
    public static final int DRM_CLIENT_CAP_UNIVERSAL_PLANES = 2;
    /** This client uses the atomic interface. */
    public static final int DRM_CLIENT_CAP_ATOMIC = 3;
    /** The descriptor is closed on exec. */
    public static final int DRM_CLOEXEC = 0x80000;
    /** The descriptor can be mapped for writing. */
    public static final int DRM_RDWR = 2;
    /** The modifiers of the framebuffer count. */
    public static final int DRM_MODE_FB_MODIFIERS = 2;
    /** Send an event when the flip is done. */
    public static final int DRM_MODE_PAGE_FLIP_EVENT = 1;
    /** Flip without waiting for the vertical blank. */
    public static final int DRM_MODE_PAGE_FLIP_ASYNC = 2;
    /** The mode that the display prefers. */
    public static final int DRM_MODE_TYPE_PREFERRED = 8;
    /** Connection: there is a display. */
    public static final int DRM_MODE_CONNECTED = 1;
    /** Connection: there is none. */
    public static final int DRM_MODE_DISCONNECTED = 2;
    /** Connection: who knows. */
    public static final int DRM_MODE_UNKNOWNCONNECTION = 3;
    /** Type of a connector: none that one could touch. */
    public static final int DRM_MODE_CONNECTOR_VIRTUAL = 15;
    /** An object that is a plane. */
    public static final int DRM_MODE_OBJECT_PLANE = 0xeeee_eeee;
    /** Event: a vertical blank. */
    public static final int DRM_EVENT_VBLANK = 1;
    /** Event: a flip is done. */
    public static final int DRM_EVENT_FLIP_COMPLETE = 2;
    /** Event: a CRTC reached a frame. */
    public static final int DRM_EVENT_CRTC_SEQUENCE = 3;

    private Drm() {
    }

    /**
     * The name of an ioctl, for messages.
     *
     * @param request its number
     * @return such as {@code DRM_IOCTL_VERSION}; the number where it is unknown
     */
    public static String nameOf(long request) {
        return switch ((int) request) {
            case (int) DRM_IOCTL_VERSION -> "DRM_IOCTL_VERSION";
            case (int) DRM_IOCTL_GET_CAP -> "DRM_IOCTL_GET_CAP";
            case (int) DRM_IOCTL_SET_CLIENT_CAP -> "DRM_IOCTL_SET_CLIENT_CAP";
            case (int) DRM_IOCTL_GEM_CLOSE -> "DRM_IOCTL_GEM_CLOSE";
            case (int) DRM_IOCTL_PRIME_HANDLE_TO_FD -> "DRM_IOCTL_PRIME_HANDLE_TO_FD";
            case (int) DRM_IOCTL_PRIME_FD_TO_HANDLE -> "DRM_IOCTL_PRIME_FD_TO_HANDLE";
            case (int) DRM_IOCTL_SET_MASTER -> "DRM_IOCTL_SET_MASTER";
            case (int) DRM_IOCTL_DROP_MASTER -> "DRM_IOCTL_DROP_MASTER";
            case (int) DRM_IOCTL_MODE_DIRTYFB -> "DRM_IOCTL_MODE_DIRTYFB";
            case (int) DRM_IOCTL_MODE_GETRESOURCES -> "DRM_IOCTL_MODE_GETRESOURCES";
            case (int) DRM_IOCTL_MODE_GETCRTC -> "DRM_IOCTL_MODE_GETCRTC";
            case (int) DRM_IOCTL_MODE_SETCRTC -> "DRM_IOCTL_MODE_SETCRTC";
            case (int) DRM_IOCTL_MODE_GETENCODER -> "DRM_IOCTL_MODE_GETENCODER";
            case (int) DRM_IOCTL_MODE_GETCONNECTOR -> "DRM_IOCTL_MODE_GETCONNECTOR";
            case (int) DRM_IOCTL_MODE_RMFB -> "DRM_IOCTL_MODE_RMFB";
            case (int) DRM_IOCTL_MODE_PAGE_FLIP -> "DRM_IOCTL_MODE_PAGE_FLIP";
            case (int) DRM_IOCTL_MODE_CREATE_DUMB -> "DRM_IOCTL_MODE_CREATE_DUMB";
            case (int) DRM_IOCTL_MODE_MAP_DUMB -> "DRM_IOCTL_MODE_MAP_DUMB";
            case (int) DRM_IOCTL_MODE_DESTROY_DUMB -> "DRM_IOCTL_MODE_DESTROY_DUMB";
            case (int) DRM_IOCTL_MODE_GETPLANERESOURCES -> "DRM_IOCTL_MODE_GETPLANERESOURCES";
            case (int) DRM_IOCTL_MODE_GETPLANE -> "DRM_IOCTL_MODE_GETPLANE";
            case (int) DRM_IOCTL_MODE_ADDFB2 -> "DRM_IOCTL_MODE_ADDFB2";
            case (int) DRM_IOCTL_MODE_GETPROPERTY -> "DRM_IOCTL_MODE_GETPROPERTY";
            case (int) DRM_IOCTL_MODE_GETPROPBLOB -> "DRM_IOCTL_MODE_GETPROPBLOB";
            case (int) DRM_IOCTL_MODE_OBJ_GETPROPERTIES -> "DRM_IOCTL_MODE_OBJ_GETPROPERTIES";
            default -> "ioctl 0x" + Long.toHexString(request & 0xffff_ffffL);
        };
    }
}
