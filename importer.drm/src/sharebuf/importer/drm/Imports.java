package sharebuf.importer.drm;

import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.uapi.Drm;

/**
 * What a card means that does not take a buffer. The kernel has a number for it and no text. Sources: {@code drm_prime.c} (what
 * {@code drm_gem_prime_fd_to_handle} passes on), {@code virtgpu_prime.c} (ENODEV: nothing is imported), {@code drm_gem_vram_helper.c} and
 * {@code drm_prime.c} for drivers without {@code gem_prime_import_sg_table} (EINVAL), {@code qxl_prime.c} (ENOSYS), {@code dma-buf.c} for
 * what the exporter says, {@code drm_framebuffer.c} and {@code drm_gem_framebuffer_helper.c} for framebuffers.
 */
final class Imports {
    private Imports() {
    }

    /** The same failure, with what was given and what would have been taken. */
    static DeviceException told(DeviceException e, String found) {
        return new DeviceException(e.errno(), e.device(), e.operation(), "found " + found + ", needed " + needed(e)
            + (e.detail().isEmpty() ? "" : "; " + e.detail()));
    }

    /** What the card would have taken. */
    static String needed(DeviceException e) {
        return e.operation().equals(Drm.nameOf(Drm.DRM_IOCTL_MODE_ADDFB2)) ? neededToShow(e.errno()) : neededToImport(e.errno());
    }

    private static String neededToImport(Errno errno) {
        return switch (errno) {
            case EINVAL -> "a dma-buf that the card imports; one that shows only memory of its own imports none";
            case ENODEV -> "a card that imports dma-bufs (or that is still there): this one shows memory of its own";
            case ENOSYS, EOPNOTSUPP, ENOTTY -> "a card whose driver imports, and a dma-buf whose exporter gives its pages";
            case EFAULT -> "memory that is one piece for the card and within its reach";
            case EBADF -> "an open dma-buf";
            case ENOMEM -> "memory of the kernel for the import";
            default -> "a dma-buf that the card imports";
        };
    }

    private static String neededToShow(Errno errno) {
        return switch (errno) {
            case EINVAL -> "format, modifier, pitch and size that the card scans out, and objects that are large enough for them";
            case ENOENT -> "a handle that is open";
            case ENOSPC, ENOMEM -> "room for the framebuffer on the card";
            case ERANGE -> "a size within what the card scans out";
            default -> "a framebuffer that the card makes";
        };
    }
}
