package sharebuf.uapi;

/**
 * Numbers of {@code linux/sync_file.h}. Ioctls are {@code long}, without sign.
 */
public final class SyncFile {
    /** What a sync_file waits for: {@link SyncFileInfo}. */
    public static final long SYNC_IOC_FILE_INFO = 0xc038_3e04L;

    private SyncFile() {
    }
}
