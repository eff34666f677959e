package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.Layout;
import sharebuf.format.Modifier;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.format.SizeRange;

/**
 * Which layout suits the pictures that all uses take: what they share runs, anything else is refused with device and list.
 *
 * <p>Stateless.
 */
public final class Pictures {
    private Pictures() {
    }

    /** The layout that all agree on, and the lines that explain it. */
    record Agreed(Layout layout, SortedSet<Modifier> modifiers, List<Explanation.Line> lines) {
    }

    static Outcome<Agreed> agree(BufferSpec spec, List<Party> parties) {
        if (spec.format().isEmpty()) {
            for (Party p : parties) {
                if (!p.use().bytes()) {
                    return Outcome.no(Refusal.of(Errno.EINVAL, "format", "buffers without a format", "one of " + names(p.use()))
                            .about(p.device().name(), p.use().id().use()).fixedBy(Fixes.picture(p.use().formats().getFirst())));
                }
            }
            return Outcome.ok(new Agreed(Layout.ofBytes(spec.bytes()), new TreeSet<>(), List.of()));
        }
        PixelFormat format = spec.format().get();
        List<Explanation.Line> lines = new ArrayList<>();
        TreeSet<Modifier> modifiers = new TreeSet<>();
        long pitchAlign = 1;
        long heightAlign = 1;
        Optional<Long> exact = Optional.empty();
        String exactBy = "";
        boolean first = true;
        for (Party p : parties) {
            if (p.use().anyFormat()) {
                continue;
            }
            Outcome<FormatRange> taken = take(spec, p, parties);
            if (taken instanceof Outcome.No<FormatRange>(Refusal why)) {
                return Outcome.no(why);
            }
            FormatRange range = taken.orThrow();
            String who = p.use().id().toString();
            lines.add(new Explanation.Line("format", range.format() + words(range.objects()) + ", " + range.sizes(), List.of(who)));
            if (first) {
                modifiers.addAll(range.modifiers());
            } else {
                modifiers.retainAll(range.modifiers());
            }
            first = false;
            if (modifiers.isEmpty()) {
                return Outcome.no(Refusal.of(Errno.EINVAL, "modifier", "none in common", "one of " + range.modifiers()).about(p.device().name(), p.use().id().use())
                        .fixedBy(Fixes.without(p.use().id(), Fixes.ids(parties))));
            }
            if (range.pitchAlign() > 1) {
                lines.add(new Explanation.Line("pitch", "a multiple of " + range.pitchAlign(), List.of(who)));
            }
            if (range.heightAlign() > 1) {
                lines.add(new Explanation.Line("rows", "a multiple of " + range.heightAlign(), List.of(who)));
            }
            pitchAlign = lcm(pitchAlign, range.pitchAlign());
            heightAlign = lcm(heightAlign, range.heightAlign());
            if (range.exactPitch().isPresent()) {
                lines.add(new Explanation.Line("pitch", "exactly " + range.exactPitch().get(), List.of(who)));
                if (exact.isPresent() && !exact.equals(range.exactPitch())) {
                    return Outcome.no(Refusal.of(Errno.EINVAL, "pitch", exact.get() + " for " + exactBy, "exactly " + range.exactPitch().get())
                            .about(p.device().name(), p.use().id().use()).fixedBy(Fixes.without(p.use().id(), Fixes.ids(parties))));
                }
                exact = range.exactPitch();
                exactBy = who;
            }
        }
        try {
            if (exact.isPresent() && exact.get() % pitchAlign != 0) {
                return Outcome.no(Refusal.of(Errno.EINVAL, "pitch", exact.get() + " for " + exactBy, "a multiple of " + pitchAlign).fixedBy(Fixes.without(UseId.parse(exactBy), Fixes.ids(parties))));
            }
            Layout layout = exact.isPresent() ? Layout.withPitch(format, spec.height(), exact.get(), heightAlign)
                    : Layout.linear(format, spec.width(), spec.height(), pitchAlign, heightAlign);
            if (layout.size() > BufferSpec.MAX_BYTES) {
                return Outcome.no(tooLarge(spec, layout.size()));
            }
            return Outcome.ok(new Agreed(layout, Collections.unmodifiableSortedSet(modifiers), lines));
        } catch (ArithmeticException e) {
            return Outcome.no(tooLarge(spec, Long.MAX_VALUE));
        }
    }

    private static Refusal tooLarge(BufferSpec spec, long bytes) {
        return Refusal.of(Errno.ENOMEM, "size", spec + " needs " + bytes + " bytes", "at most " + BufferSpec.MAX_BYTES).fixedBy(Fixes.smaller(spec));
    }

    /**
     * Whether one more use takes a layout that stands already.
     *
     * @param spec what the buffers are
     * @param layout their layout
     * @param p the use
     * @param all the uses that would take part, for the fix
     * @return what does not suit; empty when it suits
     */
    public static Optional<Refusal> misfit(BufferSpec spec, Layout layout, Party p, List<UseId> all) {
        if (p.use().anyFormat()) {
            return Optional.empty();
        }
        if (spec.format().isEmpty()) {
            return p.use().bytes() ? Optional.empty() : agree(spec, List.of(p)).why();
        }
        Outcome<FormatRange> taken = take(spec, p, List.of(p));
        if (taken instanceof Outcome.No<FormatRange>(Refusal why)) {
            return Optional.of(why);
        }
        FormatRange range = taken.orThrow();
        PlaneLayout first = layout.planes().getFirst();
        if (first.pitch() % range.pitchAlign() != 0 || range.exactPitch().isPresent() && range.exactPitch().get() != first.pitch()) {
            return Optional.of(Refusal.of(Errno.EINVAL, "pitch", Long.toString(first.pitch()),
                    range.exactPitch().map(e -> "exactly " + e).orElse("a multiple of " + range.pitchAlign())).about(p.device().name(), p.use().id().use())
                    .fixedBy(Fixes.once(all)));
        }
        if (first.rows() % range.heightAlign() != 0) {
            return Optional.of(Refusal.of(Errno.EINVAL, "rows", Long.toString(first.rows()), "a multiple of " + range.heightAlign())
                    .about(p.device().name(), p.use().id().use()).fixedBy(Fixes.once(all)));
        }
        return Optional.empty();
    }

    private static Outcome<FormatRange> take(BufferSpec spec, Party p, List<Party> parties) {
        PixelFormat format = spec.format().orElseThrow();
        Refusal none = Refusal.of(Errno.EINVAL, "format", format.toString(), "one of " + names(p.use())).about(p.device().name(), p.use().id().use());
        List<FormatRange> same = p.use().formats().stream().filter(r -> r.format().equals(format.base()) && r.objects().permits(format)).toList();
        if (same.isEmpty()) {
            Optional<String> common = commonFormat(spec, parties);
            return Outcome.no(none.fixedBy(common.map(c -> "--format " + c).orElse(Fixes.without(p.use().id(), Fixes.ids(parties)))));
        }
        for (FormatRange r : same) {
            if (r.sizes().contains(spec.width(), spec.height())) {
                return Outcome.ok(r);
            }
        }
        String sizes = same.stream().map(r -> r.sizes().toString()).distinct().collect(Collectors.joining(" or "));
        return Outcome.no(Refusal.of(Errno.EINVAL, "size", spec.width() + "x" + spec.height(), sizes).about(p.device().name(), p.use().id().use())
                .fixedBy(commonSize(spec, parties).orElse(Fixes.without(p.use().id(), Fixes.ids(parties)))));
    }

    private static Optional<String> commonFormat(BufferSpec spec, List<Party> parties) {
        return PixelFormat.known().stream().filter(f -> parties.stream().allMatch(p -> p.use().anyFormat() || p.use().formats().stream()
                .anyMatch(r -> r.format().equals(f.base()) && r.objects().permits(f) && r.sizes().contains(spec.width(), spec.height()))))
                .map(PixelFormat::name).findFirst();
    }

    /**
     * A size near the one asked for that all take in this format. Candidates: the nearest of each range by itself, for devices that take single
     * sizes, and the nearest that lies in all ranges, for those that take them in steps.
     */
    private static Optional<String> commonSize(BufferSpec spec, List<Party> parties) {
        PixelFormat format = spec.format().orElseThrow();
        List<List<SizeRange>> wanted = parties.stream().filter(p -> !p.use().anyFormat()).map(p -> p.use().formats().stream()
                .filter(r -> r.format().equals(format.base()) && r.objects().permits(format)).map(FormatRange::sizes).toList()).toList();
        List<SizeRange> ranges = wanted.stream().flatMap(List::stream).toList();
        List<Size> candidates = new ArrayList<>();
        ranges.forEach(r -> near(spec, List.of(r)).ifPresent(candidates::add));
        near(spec, ranges).ifPresent(candidates::add);
        return candidates.stream().filter(s -> wanted.stream().allMatch(own -> own.stream().anyMatch(r -> r.contains(s.width, s.height))))
                .min(Comparator.comparingLong((Size s) -> s.from(spec)).thenComparing(Size::width).thenComparing(Size::height)).map(s -> "--size " + s.width + "x" + s.height);
    }

    private record Size(int width, int height) {
        long from(BufferSpec spec) {
            return Math.abs((long) width - spec.width()) + Math.abs((long) height - spec.height());
        }
    }

    /** The size nearest to the one asked for that lies in all of these ranges. */
    private static Optional<Size> near(BufferSpec spec, List<SizeRange> ranges) {
        OptionalInt w = near(spec.width(), ranges, SizeRange::minWidth, SizeRange::maxWidth, (r, width) -> r.contains(width, r.minHeight()));
        OptionalInt h = near(spec.height(), ranges, SizeRange::minHeight, SizeRange::maxHeight, (r, height) -> r.contains(r.minWidth(), height));
        return w.isPresent() && h.isPresent() ? Optional.of(new Size(w.getAsInt(), h.getAsInt())) : Optional.empty();
    }

    private static OptionalInt near(int wanted, List<SizeRange> ranges, ToIntFunction<SizeRange> least, ToIntFunction<SizeRange> most, BiPredicate<SizeRange, Integer> holds) {
        int low = ranges.stream().mapToInt(least).max().orElse(1);
        int high = Math.min(BufferSpec.MAX_SIDE, ranges.stream().mapToInt(most).min().orElse(1));
        return IntStream.rangeClosed(low, high).filter(n -> ranges.stream().allMatch(r -> holds.test(r, n)))
                .reduce((a, b) -> Math.abs((long) a - wanted) <= Math.abs((long) b - wanted) ? a : b);
    }

    private static List<String> names(Use use) {
        List<String> names = new ArrayList<>();
        for (FormatRange r : use.formats()) {
            if (r.objects().permits(r.format())) {
                names.add(r.format().name());
            }
            PixelFormat.known().stream().filter(f -> f.objectPerPlane() && f.base().equals(r.format()) && r.objects().permits(f)).forEach(f -> names.add(f.name()));
        }
        return names.isEmpty() ? List.of("bytes") : names.stream().distinct().toList();
    }

    private static long lcm(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long t = x % y;
            x = y;
            y = t;
        }
        return Math.multiplyExact(a / x, b);
    }

    private static String words(ObjectRule rule) {
        return switch (rule) {
            case ONE -> ", one object";
            case PER_PLANE -> ", one object per plane";
            case EITHER -> ", one object or one per plane";
        };
    }
}
