package sharebuf.placing;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.SegmentRule;

/** Why a region cannot hold an object: refusals with what was found and who asks for what is needed. */
public final class Why {
    /** Pools up to this are suggested as powers of two, larger ones in steps: a board has little room for them. */
    private static final long COARSE = 256L << 20;
    private static final long STEP = 64L << 20;
    /** Larger pools are not proposed. */
    private static final long LARGEST = 512L << 20;

    private Why() {
    }

    /**
     * What no change of the region's contents can mend.
     *
     * @param request the object
     * @param region the region
     * @param windows its parts inside the reach of all devices
     * @return the refusal, if there is such a reason
     */
    public static Optional<Refusal> never(Request request, MemoryRegion region, List<Gap> windows) {
        MemoryConstraints c = request.constraints();
        if (!c.conflicts().isEmpty()) {
            return Optional.of(Refusal.of(Errno.EINVAL, "vendor", String.join("; ", c.conflicts()), "values that agree"));
        }
        if (!request.permits(region.id())) {
            var names = c.regions().get(request.object());
            return Optional.of(about(Refusal.of(Errno.EINVAL, "regions", "region " + region.id(), names.value().isEmpty()
                    ? "a region that all permit, but they permit none in common: " + names.who()
                    : String.join(" or ", names.value()) + by(names.by())), names.by()));
        }
        if (windows.isEmpty()) {
            return Optional.of(about(Refusal.of(Errno.EINVAL, "reach", region.id() + " at " + span(region.base(), region.size()),
                    c.reach().value() + by(c.reach().by())), c.reach().by()));
        }
        long size = request.sizeIn(region.granule());
        long within = 0;
        for (Gap window : windows) {
            within += window.size();
        }
        if (within < size) {
            return Optional.of(Refusal.of(Errno.ENOMEM, "size", text(within) + " of " + region.id() + " in reach" + by(c.reach().by()), text(size)));
        }
        return Optional.empty();
    }

    /**
     * What is in the way as things stand, after a search found nothing.
     *
     * @param request the object
     * @param region the region
     * @param gaps what is free inside the reach of all devices
     * @param unsure whether the search was cut short
     * @return the refusal, without a fix
     */
    public static Refusal now(Request request, MemoryRegion region, List<Gap> gaps, boolean unsure) {
        MemoryConstraints c = request.constraints();
        long size = request.sizeIn(region.granule());
        long free = gaps.stream().mapToLong(Gap::size).sum();
        if (free < size) {
            return Refusal.of(Errno.ENOMEM, "size", text(free) + " free in " + region.id() + (c.reach().by().isEmpty() ? "" : " in reach of " + c.reach().who()),
                    text(size));
        }
        long align = c.align().value();
        if (gaps.stream().noneMatch(g -> (-(region.base() + g.offset()) & align - 1) < g.size())) {
            return about(Refusal.of(Errno.ENOMEM, "align", "nothing free in " + region.id() + " at a multiple of " + text(align),
                    "a start at a multiple of " + text(align) + by(c.align().by())), c.align().by());
        }
        if (request.contiguous()) {
            return contiguous(request, gaps, "largest free range of " + region.id() + " " + text(largest(gaps)), text(size));
        }
        List<Gap> best = Scatter.firstAligned(Scatter.joined(gaps), region.base(), align);
        SegmentRule rule = c.rules().isEmpty() ? null : tightest(c, size);
        String found = text(free) + " free of " + region.id() + " in " + best.size() + " ranges, the largest " + text(largest(gaps))
                + (unsure ? ", and the search was cut short" : "");
        return rule == null ? Refusal.of(Errno.ENOMEM, "size", found, text(size))
                : Refusal.of(Errno.ENOMEM, "segments", found, text(size) + " in " + rule.limits() + " by " + rule.by()).about(rule.by().device(), rule.by().use());
    }

    /**
     * That one extent is needed and there is none.
     *
     * @param request the object
     * @param gaps what is free
     * @param found what there is
     * @param size what is needed
     * @return the refusal, without a fix
     */
    public static Refusal contiguous(Request request, List<Gap> gaps, String found, String size) {
        List<SegmentRule> one = request.constraints().rules().stream().filter(r -> r.limits().maxCount() == 1).toList();
        long align = request.constraints().align().value();
        StringBuilder needed = new StringBuilder("one extent of ").append(size);
        if (align > 1) {
            needed.append(" at a multiple of ").append(text(align));
        }
        List<UseId> by = one.stream().map(SegmentRule::by).toList();
        one.stream().filter(r -> r.limits().boundary() != 0).forEach(r -> needed.append(", across no multiple of ").append(text(r.limits().boundary())));
        return about(Refusal.of(Errno.ENOMEM, "contiguous", found, needed + by(by)), by);
    }

    /**
     * The largest stretch.
     *
     * @param gaps stretches
     * @return bytes, 0 when there is none
     */
    public static long largest(List<Gap> gaps) {
        return gaps.stream().mapToLong(Gap::size).max().orElse(0);
    }

    /**
     * The option that makes a contiguous pool large enough for a set, rounded up so that it survives some fragmentation. Boards
     * have no room for a pool of any size: what is larger than {@code 512MiB} comes with the number of buffers that fit well in there.
     *
     * @param live bytes that are in use there already
     * @param request the object; each buffer of its set has one, and those of its other planes
     * @param granule of the region
     * @return what to type
     */
    public static String largerPool(long live, Request request, long granule) {
        long each = (long) Math.ceil(request.sizeIn(granule) * objects(request));
        long needed = live + each * request.spec().count();
        if (needed > LARGEST && each <= LARGEST - LARGEST / 4) {
            int count = request.spec().count();
            long fit = (LARGEST - LARGEST / 4) / each;
            // A set that would fit alone shares the pool with others, of the same pipeline as a rule.
            return "--board-option cma=" + (LARGEST >> 20) + "MiB --count " + (fit < count ? fit : Math.max(1, count / 2));
        }
        long size = needed <= COARSE ? Math.max(1 << 20, Long.highestOneBit(needed - 1) << 1) : (needed + STEP - 1) / STEP * STEP;
        return "--board-option cma=" + (size >> 20) + "MiB";
    }

    /**
     * The bytes that a whole buffer needs in one region, as far as the size of one object tells.
     *
     * @param request one object of it, which may lie there
     * @param granule of the region
     * @param region the region
     * @return this object's bytes and those of the other planes' objects that may lie there, in proportion
     */
    public static long buffer(Request request, long granule, MemoryRegion region) {
        PixelFormat format = request.spec().format().filter(f -> f.objects() > 1 && request.object() < f.planes().size()).orElse(null);
        if (format == null) {
            return request.sizeIn(granule);
        }
        double all = 0;
        for (int i = 0; i < format.planes().size(); i++) {
            var names = request.constraints().regions().get(i);
            all += names == null || names.value().contains(region.id().name()) ? weight(format.planes().get(i)) : 0;
        }
        return (long) Math.ceil(request.sizeIn(granule) * all / weight(format.planes().get(request.object())));
    }

    /**
     * The request that an object of so many bytes would answer.
     *
     * @param request one that is too large for the region, whatever else is in it
     * @param most bytes, at least 1
     * @return what to type
     */
    public static String smaller(Request request, long most) {
        if (request.spec().format().isEmpty()) {
            return "--bytes " + most;
        }
        double part = Math.sqrt((double) most / request.size());
        return "--size " + side(request.spec().width() * part) + "x" + side(request.spec().height() * part);
    }

    /** Devices take sides in steps; what is lost to their alignment is left free. */
    private static long side(double pixels) {
        return Math.max(16, (long) (pixels * 15 / 16) / 16 * 16);
    }

    /** How many times this object's bytes all objects of a buffer have. */
    private static double objects(Request request) {
        return request.spec().format().filter(f -> f.objects() > 1 && request.object() < f.planes().size())
                .map(f -> f.planes().stream().mapToDouble(Why::weight).sum() / weight(f.planes().get(request.object()))).orElse(1.0);
    }

    private static double weight(PixelFormat.Plane plane) {
        return (double) plane.bytes() / (plane.horizontal() * plane.vertical());
    }

    /**
     * A size for people.
     *
     * @param bytes at least 0
     * @return such as {@code 4MiB}, {@code 3.0MiB} (about), {@code 512}
     */
    public static String text(long bytes) {
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        for (int i = units.length - 1; i >= 0; i--) {
            long unit = 1L << 10 * (i + 1);
            if (bytes >= unit) {
                return bytes % unit == 0 ? bytes / unit + units[i] : String.format(Locale.ROOT, "%.1f%s", (double) bytes / unit, units[i]);
            }
        }
        return Long.toString(bytes);
    }

    private static SegmentRule tightest(MemoryConstraints c, long size) {
        return c.rules().stream().min((a, b) -> Long.compare(capacity(a, size), capacity(b, size))).orElseThrow();
    }

    private static long capacity(SegmentRule rule, long size) {
        long each = Math.min(size, rule.limits().maxSize());
        if (rule.limits().boundary() != 0) {
            each = Math.min(each, rule.limits().boundary());
        }
        return each > Long.MAX_VALUE / rule.limits().maxCount() ? Long.MAX_VALUE : each * rule.limits().maxCount();
    }

    private static String by(Collection<UseId> uses) {
        return uses.isEmpty() ? "" : " by " + String.join(", ", uses.stream().map(UseId::toString).toList());
    }

    private static Refusal about(Refusal refusal, Collection<UseId> uses) {
        return uses.isEmpty() ? refusal : refusal.about(uses.iterator().next().device(), uses.iterator().next().use());
    }

    private static String span(long base, long size) {
        return "0x" + Long.toHexString(base) + "-0x" + Long.toHexString(base + size - 1);
    }
}
