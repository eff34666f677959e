package sharebuf.tck;

import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_CREATE_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_DESTROY_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD;
import static sharebuf.uapi.Drm.DRM_RDWR;

import java.lang.foreign.Arena;
import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmPrimeHandle;

/** Keeps the contract in the plainest way: rows of a page, or what the kernel grants. */
class HonestGrants implements Allocator {
    static final int ROW = 4096;

    final MemoryRegion region;
    final Optional<? extends DeviceNode> node;
    long used;

    HonestGrants(MemoryRegion region, Optional<? extends DeviceNode> node) {
        this.region = region;
        this.node = node;
    }

    @Override
    public void adopt(Live live) {
        used = live.extents().stream().mapToLong(h -> h.extent().size()).sum();
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return request.sizeIn(region.granule()) > region.size() - used
                ? Outcome.no(Refusal.of(Errno.ENOMEM, "space", used + " of " + region.size() + " bytes are taken", request.size() + " bytes"))
                : Outcome.ok(new Offer(Offer.DRIVER, "of a driver"));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
        Optional<Refusal> full = offer(request).why();
        if (full.isPresent()) {
            return Outcome.no(full.get());
        }
        long size = request.sizeIn(region.granule());
        Outcome<Outcome.Done> taken = node.isPresent() ? made(node.get(), size, claims) : claims.grant(size);
        used += taken.isOk() ? size : 0;
        return taken;
    }

    Outcome<Outcome.Done> made(DeviceNode card, long size, Claims claims) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            DrmCreateDumb dumb = new DrmCreateDumb(arena.allocate(DrmCreateDumb.LAYOUT)).width(ROW).height(rows(size)).bitsPerPixel(8);
            card.ioctl(DRM_IOCTL_MODE_CREATE_DUMB, dumb.segment());
            try {
                DrmPrimeHandle prime = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).handle(dumb.handle()).flags(flags());
                card.ioctl(DRM_IOCTL_PRIME_HANDLE_TO_FD, prime.segment());
                return claims.take(prime.fd(), size);
            } finally {
                destroy(card, new DrmDestroyDumb(arena.allocate(DrmDestroyDumb.LAYOUT)).handle(dumb.handle()));
            }
        } catch (DeviceException e) {
            return told(e);
        }
    }

    int rows(long size) {
        return Math.toIntExact(size / ROW);
    }

    int flags() {
        return DRM_RDWR;
    }

    void destroy(DeviceNode card, DrmDestroyDumb dumb) throws DeviceException {
        card.ioctl(DRM_IOCTL_MODE_DESTROY_DUMB, dumb.segment());
    }

    Outcome<Outcome.Done> told(DeviceException e) throws DeviceException {
        return Outcome.no(Refusal.of(e.errno(), e.operation(), e.errno().toString(), "a dumb buffer").about(e.device(), ""));
    }

    @Override
    public void released(Extent extent) {
        used -= extent.size();
    }
}
