package sharebuf.uapi;

/** Numbers of {@code linux/udmabuf.h}. */
public final class Udmabuf {
    /** Makes a dma-buf of one range of a memfd: {@link UdmabufCreate}. */
    public static final long UDMABUF_CREATE = 0x4018_7542L;
    /** Makes a dma-buf of several ranges: {@link UdmabufCreateList}. */
    public static final long UDMABUF_CREATE_LIST = 0x4008_7543L;
    /** The descriptor is closed on exec. */
    public static final int UDMABUF_FLAGS_CLOEXEC = 1;

    private Udmabuf() {
    }
}
