package sharebuf.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.RegionId;
import sharebuf.memory.Span;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/**
 * What all dma_map_ops must do. Each case makes its own instances.
 *
 * <p>Stateless. From a JUnit test: {@code MapOpsCases.all(seed).map(c -> dynamicTest(c.name(), () -> c.run(subject)))}.
 */
public final class MapOpsCases {
    private static final String SPACE = HiddenSeats.PREFIX + "space";
    private static final RegionId REGION = new RegionId(HiddenSeats.PREFIX + "memory");
    private static final long BASE = 0x4000_0000L;
    private static final long PAGE = 4096;
    private static final int PAGES = 1024;
    private static final int ROUNDS = 300;
    private static final int TRIES = 40;
    private static final int MOST_LIVE = 3000;

    private final long seed;

    private MapOpsCases(long seed) {
        this.seed = seed;
    }

    /**
     * One case.
     *
     * @param name its name, stable
     * @param what what it demands
     * @param body throws {@link CaseFailed}
     */
    public record Case(String name, String what, Body body) {
        /**
         * Runs it.
         *
         * @param subject makes the dma_map_ops
         * @throws CaseFailed when they fail it
         */
        public void run(MapOpsSubject subject) {
            try {
                body.run(subject);
            } catch (CaseFailed e) {
                throw e;
            } catch (Exception | LinkageError | StackOverflowError e) {
                throw new CaseFailed("threw " + e, e);
            }
        }
    }

    /** What a case does. */
    @FunctionalInterface
    public interface Body {
        /**
         * Runs it.
         *
         * @param subject makes the dma_map_ops
         * @throws Exception any; the case fails
         */
        void run(MapOpsSubject subject) throws Exception;
    }

    /**
     * All cases.
     *
     * @param seed of the random ones
     * @return in the order in which they are best read
     */
    public static List<Case> all(long seed) {
        MapOpsCases c = new MapOpsCases(seed);
        return List.of(new Case("through-keeps", "through keeps the regions and the vendors' kinds that a use declares, and the use as their source", c::throughKeeps),
                new Case("maps-what-suits", "memory that suits through is mapped, in whole, in order, for the access asked for, inside the device's limits", c::mapsWhatSuits),
                new Case("addresses-are-its-own", "no address leads to two places, however many mappings live", c::addressesAreItsOwn),
                new Case("unmap-takes-all", "unmap removes every entry of the mapping and flushes before addresses are given out again", c::unmapTakesAll),
                new Case("denied-entries-heal", "when the platform refuses entries, map says so and nothing is lost", c::deniedEntriesHeal),
                new Case("shortage-heals", "when addresses run out that is a refusal with its reasons; given back, they serve again", c::shortageHeals),
                new Case("map-adoption", "a successor adopts what is mapped, never maps over it, and can unmap it", c::adoption),
                new Case("map-adoption-again", "the last adoption counts", c::adoptionAgain),
                new Case("map-catching-up", "who catches up with nothing that changed still knows what is mapped", c::catchingUp),
                new Case("odd-objects", "one byte, and pieces that are no whole pages, are mapped or refused with reasons", c::oddObjects));
    }

    private interface Play {
        void on(DmaMapOps mapOps, TestAddresses addresses, Random random) throws Exception;
    }

    private void play(MapOpsSubject subject, Play play) throws Exception {
        DmaMapOps mapOps = subject.open(SPACE);
        try {
            mapOps.adopt(Live.NOTHING);
            play.on(mapOps, new TestAddresses(), new Random(seed));
        } catch (CaseFailed e) {
            throw new CaseFailed(e.getMessage() + " [seed " + seed + "]", e);
        } finally {
            subject.close(mapOps);
        }
    }

    private static DmaConstraints own(Random random) {
        DmaConstraints.Builder dma = DmaConstraints.builder();
        switch (random.nextInt(4)) {
            case 0 -> dma.mask(random.nextBoolean() ? 0xffff_ffffL : BASE + PAGES * PAGE - 1);
            case 1 -> dma.range(new DmaRange(0x1000_0000L, BASE, PAGES * PAGE)); // one bus, one wiring
            case 2 -> dma.mask(0x7fff_ffffL);
            default -> {
                // Sends any address.
            }
        }
        if (random.nextInt(3) == 0) {
            dma.align(PAGE << random.nextInt(4));
        }
        if (random.nextBoolean()) {
            dma.segments(new SegmentLimits(1 + random.nextInt(6), random.nextInt(3) > 0 ? Long.MAX_VALUE : (1 + random.nextInt(4)) * PAGE, random.nextInt(3) > 0 ? 0 : PAGE << 2 + random.nextInt(6)));
        }
        return dma.build();
    }

    /** Memory of whole pages that suits, each page once; empty when none was found by trying. */
    private static Optional<MapRequest> suits(DmaMapOps mapOps, int number, DmaConstraints own, Random random) {
        Device device = new Device("tck" + number % 5, List.of(), SPACE, own);
        UseId use = new UseId(device.name(), "dma");
        MemoryConstraints through = through(mapOps, device, use, own);
        for (int i = 0; i < TRIES; i++) {
            List<Piece> pieces = new ArrayList<>();
            int at = random.nextInt(PAGES / 2);
            for (int n = 1 + (random.nextBoolean() ? 0 : random.nextInt(5)); n > 0 && at < PAGES - 16; n--) {
                int pages = 1 + random.nextInt(12);
                pieces.add(piece(at * PAGE, pages * PAGE));
                at += pages + random.nextInt(20);
            }
            if (random.nextBoolean()) {
                Collections.shuffle(pieces, random);
            }
            if (through.judge(pieces.stream().map(Piece::span).toList()).isEmpty()) {
                return Optional.of(new MapRequest(device, use, own, Access.values()[random.nextInt(Access.values().length)], new ObjectId(new BufferId(1L + random.nextInt(1 << 30)), 0), pieces));
            }
        }
        return Optional.empty();
    }

    private static Piece piece(long offset, long size) {
        return new Piece(new Extent(REGION, offset, size), new Span(BASE + offset, size));
    }

    private static MemoryConstraints through(DmaMapOps mapOps, Device device, UseId use, DmaConstraints own) {
        MemoryConstraints through;
        try {
            through = mapOps.through(device, use, own);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new CaseFailed("through threw " + e + " for " + own, e);
        }
        if (through == null) {
            throw new CaseFailed("through returned null for " + own);
        }
        return through;
    }

    private void throughKeeps(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            for (int i = 0; i < ROUNDS; i++) {
                DmaConstraints.Builder with = own(random).with();
                Set<String> names = new TreeSet<>(List.of("left", "right").subList(0, 1 + random.nextInt(2)));
                with.regions(0, names);
                with.vendor(VendorConstraint.of("org.sharebuf.tck.kind", VendorConstraint.Rule.LCM, 1 + random.nextInt(9)));
                DmaConstraints own = with.build();
                Device device = new Device("tck", List.of(), SPACE, own);
                UseId use = new UseId("tck", "dma");
                MemoryConstraints through = through(mapOps, device, use, own);
                MemoryConstraints plain = MemoryConstraints.translated(use, own);
                if (!through.regions().equals(plain.regions())) {
                    throw new CaseFailed("through makes regions " + plain.regions() + " to " + through.regions());
                }
                if (!through.declared().equals(plain.declared())) {
                    throw new CaseFailed("through makes vendors' kinds " + plain.declared() + " to " + through.declared());
                }
            }
        });
    }

    private void mapsWhatSuits(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            int mapped = 0;
            for (int i = 0; i < ROUNDS; i++) {
                Optional<MapRequest> request = suits(mapOps, i, own(random), random);
                if (request.isPresent()) {
                    Outcome<Mapped> outcome = addresses.map(mapOps, request.get());
                    mapped += outcome.isOk() ? 1 : 0;
                    outcome.asOptional().ifPresent(m -> addresses.unmap(mapOps, m));
                }
            }
            if (mapped < ROUNDS / 4) {
                throw new CaseFailed("mapped " + mapped + " of " + ROUNDS + " objects, with nothing else mapped");
            }
        });
    }

    private void addressesAreItsOwn(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> churn(mapOps, addresses, random, 60));
    }

    /** Maps and unmaps at random; what is live at the end. */
    private static List<Mapped> churn(DmaMapOps mapOps, TestAddresses addresses, Random random, int most) {
        List<Mapped> live = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            if (live.size() < most && (live.isEmpty() || random.nextInt(5) < 3)) {
                suits(mapOps, i, own(random), random).flatMap(r -> addresses.map(mapOps, r).asOptional()).ifPresent(live::add);
            } else {
                addresses.unmap(mapOps, live.remove(random.nextInt(live.size())));
            }
        }
        return live;
    }

    private void unmapTakesAll(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            for (Mapped each : churn(mapOps, addresses, random, 40)) {
                addresses.unmap(mapOps, each);
            }
        });
    }

    private void deniedEntriesHeal(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            for (int i = 0; i < MOST_LIVE; i++) {
                addresses.denyAfter(random.nextInt(3));
                Optional<MapRequest> request = suits(mapOps, i, DmaConstraints.builder().build(), random);
                request.flatMap(r -> addresses.map(mapOps, r).asOptional()).ifPresent(m -> addresses.unmap(mapOps, m));
            }
            addresses.permitAll();
            requireOne(mapOps, addresses, random, "after " + MOST_LIVE + " that the platform refused");
        });
    }

    private static void requireOne(DmaMapOps mapOps, TestAddresses addresses, Random random, String when) {
        MapRequest request = suits(mapOps, 0, DmaConstraints.builder().build(), random).orElseThrow(() -> new CaseFailed("no memory suits a device without limits"));
        if (addresses.map(mapOps, request) instanceof Outcome.No<Mapped> no) {
            throw new CaseFailed("nothing can be mapped " + when + ": " + no.refusal());
        }
    }

    private void shortageHeals(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            // A window as large as the memory is soon full where addresses are chosen; where they are computed it never is.
            DmaConstraints narrow = DmaConstraints.builder().range(new DmaRange(0x1000_0000L, BASE, PAGES * PAGE)).build();
            List<Mapped> live = new ArrayList<>();
            for (int i = 0; i < MOST_LIVE / 10; i++) {
                Optional<MapRequest> request = suits(mapOps, i, narrow, random);
                Optional<Mapped> mapped = request.flatMap(r -> addresses.map(mapOps, r).asOptional());
                if (mapped.isEmpty()) {
                    break;
                }
                live.add(mapped.get());
            }
            live.forEach(m -> addresses.unmap(mapOps, m));
            requireOne(mapOps, addresses, random, "after all was unmapped");
        });
    }

    private void adoption(MapOpsSubject subject) throws Exception {
        play(subject, (first, addresses, random) -> {
            List<Mapped> live = churn(first, addresses, random, 40);
            DmaMapOps second = subject.open(SPACE);
            try {
                second.adopt(addresses.live());
                live.addAll(churn(second, addresses, random, 40));
                Collections.shuffle(live, random);
                live.forEach(m -> addresses.unmap(second, m));
                requireOne(second, addresses, random, "after all was unmapped");
            } finally {
                subject.close(second);
            }
        });
    }

    private void adoptionAgain(MapOpsSubject subject) throws Exception {
        play(subject, (first, addresses, random) -> {
            List<Mapped> live = churn(first, addresses, random, 40);
            DmaMapOps second = subject.open(SPACE);
            try {
                second.adopt(addresses.live());
                while (live.size() > 3) {
                    addresses.unmap(first, live.removeFirst());
                }
                live.addAll(churn(first, addresses, random, 20));
                second.adopt(addresses.live());
                live.addAll(churn(second, addresses, random, 20));
                live.forEach(m -> addresses.unmap(second, m));
            } finally {
                subject.close(second);
            }
        });
    }

    private void catchingUp(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            List<Mapped> live = churn(mapOps, addresses, random, 20);
            // Changes are of extents, which dma_map_ops have none of: whoever says that it caught up must still know what is mapped.
            mapOps.catchUp(new Changes(List.of(), List.of()));
            live.addAll(churn(mapOps, addresses, random, 20));
            live.forEach(m -> addresses.unmap(mapOps, m));
        });
    }

    private void oddObjects(MapOpsSubject subject) throws Exception {
        play(subject, (mapOps, addresses, random) -> {
            for (long[] odd : new long[][] {{0, 1}, {64, 64}, {PAGE, PAGE + 64}, {PAGE - 64, 128}, {0, PAGES * PAGE}}) {
                DmaConstraints own = DmaConstraints.builder().build();
                Device device = new Device("tck", List.of(), SPACE, own);
                MapRequest request = new MapRequest(device, new UseId("tck", "dma"), own, Access.READ, new ObjectId(new BufferId(1), 0), List.of(piece(odd[0], odd[1])));
                addresses.map(mapOps, request).asOptional().ifPresent(m -> addresses.unmap(mapOps, m));
            }
        });
    }
}
