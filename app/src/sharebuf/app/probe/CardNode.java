package sharebuf.app.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sharebuf.app.probe.Findings.Card;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.DeviceFacts;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.DrmVersion;

/**
 * An open DRM node. No mode is set and no framebuffer made.
 *
 * <p>Confined to one thread.
 */
final class CardNode {
    private static final int NAME = 64;
    private static final int ROW = 4096;

    private final String path;
    private final Descriptor node;

    CardNode(String path, Descriptor node) {
        this.path = path;
        this.node = node;
    }

    Card describe(DeviceFacts facts) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME);
            DrmVersion version = new DrmVersion(arena.allocate(DrmVersion.LAYOUT)).nameLength(NAME).name(name.address());
            CallFailed.check(node.ioctl(Drm.DRM_IOCTL_VERSION, version.segment()), "DRM_IOCTL_VERSION of " + path);
            byte[] text = new byte[(int) Math.min(NAME, version.nameLength())];
            MemorySegment.copy(name, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, text, 0, text.length);
            Optional<Long> prime = capability(Drm.DRM_CAP_PRIME, arena);
            return new Card(path, Optional.of(new String(text, StandardCharsets.UTF_8)), Optional.of(version.major() + "." + version.minor() + "." + version.patchLevel()),
                    capability(Drm.DRM_CAP_DUMB_BUFFER, arena).map(v -> v != 0), prime.map(v -> (v & Drm.DRM_PRIME_CAP_IMPORT) != 0),
                    prime.map(v -> (v & Drm.DRM_PRIME_CAP_EXPORT) != 0), facts, Optional.empty());
        } catch (CallFailed e) {
            return problem(path, facts, e);
        }
    }

    static Card problem(String path, DeviceFacts facts, CallFailed e) {
        return new Card(path, facts.driver(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), facts, Optional.of(Told.problem(e)));
    }

    private Optional<Long> capability(long which, Arena arena) {
        DrmCap cap = new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(which);
        return node.ioctl(Drm.DRM_IOCTL_GET_CAP, cap.segment()) < 0 ? Optional.empty() : Optional.of(cap.value());
    }

    /** Tries to import a dma-buf, and forgets it again: at least 0 or -errno. */
    int importOf(int dmaBuf) {
        try (Arena arena = Arena.ofConfined()) {
            DrmPrimeHandle call = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).fd(dmaBuf);
            int done = node.ioctl(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, call.segment());
            if (done >= 0) {
                node.ioctl(Drm.DRM_IOCTL_GEM_CLOSE, new DrmGemClose(arena.allocate(DrmGemClose.LAYOUT)).handle(call.handle()).segment());
            }
            return done;
        }
    }

    /**
     * Makes a dumb buffer and its dma-buf. The handle is given back at once: the dma-buf keeps the memory.
     *
     * @return descriptor of the dma-buf
     */
    int exportDumb(long bytes) throws CallFailed {
        try (Arena arena = Arena.ofConfined()) {
            DrmCreateDumb dumb = new DrmCreateDumb(arena.allocate(DrmCreateDumb.LAYOUT)).width(ROW / 4).bitsPerPixel(32).height((int) ((bytes + ROW - 1) / ROW));
            CallFailed.check(node.ioctl(Drm.DRM_IOCTL_MODE_CREATE_DUMB, dumb.segment()), "DRM_IOCTL_MODE_CREATE_DUMB");
            try {
                DrmPrimeHandle call = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).handle(dumb.handle()).flags(Drm.DRM_CLOEXEC | Drm.DRM_RDWR);
                CallFailed.check(node.ioctl(Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD, call.segment()), "DRM_IOCTL_PRIME_HANDLE_TO_FD");
                return call.fd();
            } finally {
                node.ioctl(Drm.DRM_IOCTL_MODE_DESTROY_DUMB, new DrmDestroyDumb(arena.allocate(DrmDestroyDumb.LAYOUT)).handle(dumb.handle()).segment());
            }
        }
    }
}
