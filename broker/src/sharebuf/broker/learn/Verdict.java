package sharebuf.broker.learn;

import sharebuf.buffer.Errno;

/** What an importer's errno says about the memory that it was offered. */
public enum Verdict {
    /** It speaks of the memory: a hypothesis, and the next offer. */
    LEARN,
    /** Other memory may help, but this may be passing, or true of the whole device: the next offer, and nothing is learnt. */
    ELSEWHERE,
    /** No other memory helps. */
    STOP;

    /**
     * Reads an errno.
     *
     * @param errno the importer's word
     * @return what follows from it
     */
    public static Verdict of(Errno errno) {
        return switch (errno) {
            // EFAULT: vb2_dc_map_dmabuf finds the chunk too small. EINVAL: any other misfit. ENOSYS and EOPNOTSUPP: the exporter has no table
            // of pages (drm_gem_map_dma_buf without get_sg_table); neither comes and goes.
            case EFAULT, EINVAL, ENOSYS, EOPNOTSUPP -> LEARN;
            // ENODEV is also what drm_gem_prime_import of a driver without import says of every buffer but its own.
            case ENODEV, ENOMEM, ENOSPC, ERANGE, EIO -> ELSEWHERE;
            case EPERM, ENOENT, EINTR, EBADF, EAGAIN, EACCES, EBUSY, EEXIST, EMFILE, ENOTTY, EPIPE, EPROTO, ENOLCK, ENODATA, ENOLINK, ETIMEDOUT -> STOP;
        };
    }
}
