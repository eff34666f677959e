package sharebuf.uapi;

/**
 * Numbers of {@code linux/dma-buf.h}. Ioctls are {@code long}, without sign; flags are {@code int}.
 */
public final class DmaBuf {
    /** Begins or ends CPU access: 8 bytes of flags, {@code DMA_BUF_SYNC_…}. */
    public static final long DMA_BUF_IOCTL_SYNC = 0x4008_6200L;
    /** Gives it a name for {@code bufinfo} and {@code fdinfo}: the address of a text that ends with 0. */
    public static final long DMA_BUF_SET_NAME_B = 0x4008_6201L;
    /** Takes the fences as a sync_file: {@link DmaBufExportSyncFile}. */
    public static final long DMA_BUF_IOCTL_EXPORT_SYNC_FILE = 0xc008_6202L;
    /** Adds a fence: {@link DmaBufImportSyncFile}. */
    public static final long DMA_BUF_IOCTL_IMPORT_SYNC_FILE = 0x4008_6203L;
    /** Room for a name, its 0 included; the kernel refuses a longer one. */
    public static final int DMA_BUF_NAME_LEN = 32;
    /** The CPU reads. */
    public static final int DMA_BUF_SYNC_READ = 1;
    /** The CPU writes. */
    public static final int DMA_BUF_SYNC_WRITE = 2;
    /** CPU access begins. */
    public static final int DMA_BUF_SYNC_START = 0;
    /** CPU access ends. */
    public static final int DMA_BUF_SYNC_END = 4;

    private DmaBuf() {
    }

    /**
     * The name of an ioctl, for messages.
     *
     * @param request its number
     * @return such as {@code DMA_BUF_IOCTL_SYNC}; the number where it is unknown
     */
    public static String nameOf(long request) {
        return switch ((int) request) {
            case (int) DMA_BUF_IOCTL_SYNC -> "DMA_BUF_IOCTL_SYNC";
            case (int) DMA_BUF_SET_NAME_B -> "DMA_BUF_SET_NAME";
            case (int) DMA_BUF_IOCTL_EXPORT_SYNC_FILE -> "DMA_BUF_IOCTL_EXPORT_SYNC_FILE";
            case (int) DMA_BUF_IOCTL_IMPORT_SYNC_FILE -> "DMA_BUF_IOCTL_IMPORT_SYNC_FILE";
            default -> "ioctl 0x" + Long.toHexString(request & 0xffff_ffffL);
        };
    }
}
