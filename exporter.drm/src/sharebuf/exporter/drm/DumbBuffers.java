package sharebuf.exporter.drm;

import static sharebuf.uapi.Drm.DRM_CAP_DUMB_BUFFER;
import static sharebuf.uapi.Drm.DRM_CLOEXEC;
import static sharebuf.uapi.Drm.DRM_IOCTL_GET_CAP;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_CREATE_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_DESTROY_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD;
import static sharebuf.uapi.Drm.DRM_RDWR;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmPrimeHandle;

/**
 * One dumb buffer an object. The card makes it, its dma-buf goes to the platform, and the card's own handle is given back at once: from then
 * on the dma-buf alone keeps the memory, so nothing here has to be kept, closed or handed to a successor. Everybody imports the
 * dma-buf, the card as well.
 *
 * <p>Externally synchronised by the seat.
 */
final class DumbBuffers {
    private final MemoryRegion region;
    private final DeviceNode card;
    private final boolean able;
    private long used;

    /**
     * Asks the card whether it has dumb buffers.
     *
     * @throws IllegalArgumentException when the region is placed
     */
    DumbBuffers(MemoryRegion region, DeviceNode card) {
        if (region.kind() != RegionKind.GRANTED) {
            throw new IllegalArgumentException("region " + region.id() + " is placed: serve it with an allocator that places");
        }
        this.region = region;
        this.card = card;
        able = able(card);
    }

    /** A card without modes cannot be asked (EOPNOTSUPP), and may have them all the same: then the call itself tells. */
    private static boolean able(DeviceNode card) {
        try (Arena arena = Arena.ofConfined()) {
            DrmCap cap = new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(DRM_CAP_DUMB_BUFFER);
            card.ioctl(DRM_IOCTL_GET_CAP, cap.segment());
            return cap.value() != 0;
        } catch (DeviceException _) {
            return true;
        }
    }

    void adopt(Live live) {
        used = live.extents().stream().mapToLong(h -> h.extent().size()).sum();
    }

    Outcome<Offer> offer(Request request) {
        if (!able) {
            return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "driver", "that of " + card.device().name() + " makes no dumb buffers", "one that does"));
        }
        long size = request.sizeIn(region.granule());
        if (size > region.size() - used) {
            return Outcome.no(Refusal.of(Errno.ENOMEM, "space", used + " of at most " + region.size() + " bytes are taken", size + " bytes")
                    .fixedBy("a larger 'size' in the configuration of region " + region.id()));
        }
        if (Rectangle.of(request).isEmpty()) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "size", request.size() + " bytes", "no more rows than 2^31"));
        }
        return Outcome.ok(new Offer(Offer.DRIVER, "a dumb buffer of " + card.device().name() + "'s driver" + (region.contiguous() ? ", in one piece" : ", pages unknown")));
    }

    Outcome<Outcome.Done> place(Request request, Claims claims) {
        if (offer(request) instanceof Outcome.No<Offer>(Refusal why)) {
            return Outcome.no(why);
        }
        long size = request.sizeIn(region.granule());
        try (Arena arena = Arena.ofConfined()) {
            DrmCreateDumb dumb = new DrmCreateDumb(arena.allocate(DrmCreateDumb.LAYOUT));
            Optional<Refusal> refused = create(request, dumb);
            if (refused.isPresent()) {
                return Outcome.no(refused.get());
            }
            Outcome<Outcome.Done> taken;
            try {
                taken = claims.take(export(dumb, arena), size);
            } finally {
                card.ioctl(DRM_IOCTL_MODE_DESTROY_DUMB, new DrmDestroyDumb(arena.allocate(DrmDestroyDumb.LAYOUT)).handle(dumb.handle()).segment());
            }
            if (taken.isOk()) {
                used += size;
            }
            return taken;
        } catch (DeviceException e) { // what was taken before is undone with the claims
            return Outcome.no(Refusal.of(e.errno(), e.operation(), said(e), "a dma-buf of the dumb buffer").about(card.device().name(), ""));
        }
    }

    /** The first shape that the driver makes; or what it said to the last one. */
    private Optional<Refusal> create(Request request, DrmCreateDumb dumb) {
        List<Rectangle> shapes = Rectangle.of(request);
        Optional<Refusal> refused = Optional.empty();
        for (Rectangle shape : shapes) {
            try {
                dumb.clear();
                card.ioctl(DRM_IOCTL_MODE_CREATE_DUMB, dumb.width(shape.width()).height(shape.height()).bitsPerPixel(shape.bitsPerPixel()).segment());
                return Optional.empty();
            } catch (DeviceException e) {
                refused = Optional.of(Refusal.of(e.errno(), e.operation(), said(e), "a dumb buffer of " + shape).about(card.device().name(), ""));
                if (e.errno() != Errno.EINVAL) { // another shape does not help
                    break;
                }
            }
        }
        return refused;
    }

    private static String said(DeviceException e) {
        return e.detail().isEmpty() ? e.errno().toString() : e.errno() + ", " + e.detail();
    }

    private int export(DrmCreateDumb dumb, Arena arena) throws DeviceException {
        DrmPrimeHandle prime = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).handle(dumb.handle()).flags(DRM_CLOEXEC | DRM_RDWR);
        card.ioctl(DRM_IOCTL_PRIME_HANDLE_TO_FD, prime.segment());
        return prime.fd();
    }

    void released(long size) {
        used -= size;
    }
}
