package sharebuf.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/**
 * What every allocator must do. Each case makes its own region and instances.
 *
 * <p>Stateless. From a JUnit test: {@code AllocatorCases.all(seed).map(c -> dynamicTest(c.name(), () -> c.run(subject)))}.
 */
public final class AllocatorCases {
    private static final long GRANULE = 4096;
    private static final int GRANULES = 512;
    private static final int ROUNDS = 400;

    private final long seed;

    private AllocatorCases(long seed) {
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
         * @param subject makes the allocators
         * @throws CaseFailed when the allocator fails it
         */
        public void run(Subject subject) {
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
         * @param subject makes the allocators
         * @throws Exception any; the case fails
         */
        void run(Subject subject) throws Exception;
    }

    /**
     * All cases.
     *
     * @param seed of the random ones
     * @return in the order in which they are best read
     */
    public static List<Case> all(long seed) {
        AllocatorCases c = new AllocatorCases(seed);
        return List.of(new Case("offer-takes-nothing", "offers, however many, leave the region as it was", c::offerTakesNothing),
                new Case("extents-are-sound", "extents are in the region, in granules, disjoint and exactly as large as asked for", c::extentsAreSound),
                new Case("constraints-hold", "reach, alignment, segments, boundaries and contiguity hold, or the request is refused", c::constraintsHold),
                new Case("offers-are-honest", "place does what offer said", c::offersAreHonest),
                new Case("reserved-is-left", "nothing is ever proposed that is live or reserved", c::reservedIsLeft),
                new Case("regions-are-permitted", "a request for other regions is refused", c::regionsArePermitted),
                new Case("refusals-explain", "a refusal says constraint, found and needed", c::refusalsExplain),
                new Case("failure-leaves-books", "after a refusal, and after a release, the same request is served", c::failureLeavesBooks),
                new Case("denied-claims-heal", "when the ledger denies every claim nothing is lost", c::deniedClaimsHeal),
                new Case("released-is-reused", "when all is free again, all of the region can be had again", c::releasedIsReused),
                new Case("adoption", "a successor adopts what is live, never overlaps it, and can free it", c::adoption),
                new Case("adoption-again", "the last adoption counts", c::adoptionAgain),
                new Case("catching-up", "who catches up with what changed knows what it would if it had adopted it", c::catchingUp),
                new Case("unknown-constraints", "kinds of constraint are only claimed to be understood when they are", c::unknownConstraints),
                new Case("odd-requests", "one byte, the largest size and more than the region has are answered, not thrown", c::oddRequests));
    }

    private interface Play {
        void on(Allocator allocator, TestLedger ledger, TestRegion region, Random random) throws Exception;
    }

    private void play(Subject subject, TestRegion region, Play play) throws Exception {
        Allocator allocator = subject.open(region);
        try {
            TestLedger ledger = new TestLedger(region);
            ledger.adoptedBy(allocator);
            play.on(allocator, ledger, region, new Random(seed));
        } catch (CaseFailed e) {
            throw new CaseFailed(e.getMessage() + " [" + region + ", seed " + seed + "]", e);
        } finally {
            subject.close(allocator);
        }
    }

    private static TestRegion region() {
        return new TestRegion("tck-a", 0x4000_0000L, GRANULES * GRANULE, GRANULE);
    }

    private static TestRegion reserved() {
        return new TestRegion("tck-r", 0x3ffe_0000L, GRANULES * GRANULE, GRANULE, 0, 5 * GRANULE, 100 * GRANULE, GRANULE, 300 * GRANULE, 40 * GRANULE);
    }

    private static Outcome<Offer> offer(Allocator allocator, Request request) {
        Outcome<Offer> offer;
        try {
            offer = allocator.offer(request);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new CaseFailed("offer threw " + e + " for " + TestLedger.text(request), e);
        }
        if (offer == null) {
            throw new CaseFailed("offer returned null for " + TestLedger.text(request));
        }
        offer.why().ifPresent(why -> TestLedger.requireReasons(why, request));
        return offer;
    }

    private void offerTakesNothing(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            Request one = RandomRequests.plain(GRANULE);
            for (int i = 0; i < 2 * GRANULES; i++) {
                if (!offer(allocator, one).isOk()) {
                    throw new CaseFailed("offer " + (i + 1) + " of one granule is refused, and nothing was ever placed");
                }
            }
            fill(allocator, ledger, region);
        });
    }

    /** Takes the whole region in single granules, which every allocator can serve. */
    private static void fill(Allocator allocator, TestLedger ledger, TestRegion region) {
        Request one = RandomRequests.plain(GRANULE);
        long free = ledger.freeBytes() / GRANULE;
        for (long i = 0; i < free; i++) {
            Outcome<TestLedger.Placed> placed = ledger.place(allocator, one);
            if (!placed.isOk()) {
                throw new CaseFailed("one granule is refused with " + (free - i) + " of them free in " + region.id() + ": " + placed.why().orElseThrow());
            }
        }
        if (ledger.place(allocator, one).isOk()) {
            throw new CaseFailed("placed a granule in a region that is full");
        }
    }

    private void extentsAreSound(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            for (int i = 0; i < ROUNDS; i++) {
                ledger.place(allocator, RandomRequests.plain(1 + random.nextLong(20 * GRANULE)));
                releaseSome(allocator, ledger, random);
            }
            requireNothingDenied(ledger);
        });
    }

    private static void releaseSome(Allocator allocator, TestLedger ledger, Random random) {
        List<TestLedger.Placed> live = ledger.objects();
        while (!live.isEmpty() && random.nextInt(100) < 45) {
            ledger.release(allocator, live.get(random.nextInt(live.size())));
            live = ledger.objects();
        }
    }

    private static void requireNothingDenied(TestLedger ledger) {
        if (ledger.denied() > 0) {
            throw new CaseFailed("proposed " + ledger.denied() + " times what was live or reserved");
        }
    }

    private void constraintsHold(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            RandomRequests requests = new RandomRequests(random, region);
            int served = 0;
            for (int i = 0; i < ROUNDS; i++) {
                served += ledger.place(allocator, requests.next(40)).isOk() ? 1 : 0;
                releaseSome(allocator, ledger, random);
            }
            if (served == 0) {
                throw new CaseFailed("refused all of " + ROUNDS + " requests");
            }
        });
    }

    private void offersAreHonest(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            RandomRequests requests = new RandomRequests(random, region);
            for (int i = 0; i < ROUNDS; i++) {
                Request request = requests.next(60);
                Outcome<Offer> offer = offer(allocator, request);
                Outcome<TestLedger.Placed> placed = ledger.place(allocator, request);
                if (offer.isOk() != placed.isOk()) {
                    throw new CaseFailed("offered " + offer + ", then placed " + placed + " for " + TestLedger.text(request));
                }
                releaseSome(allocator, ledger, random);
            }
        });
    }

    private void reservedIsLeft(Subject subject) throws Exception {
        play(subject, reserved(), (allocator, ledger, region, random) -> {
            fill(allocator, ledger, region);
            requireNothingDenied(ledger);
        });
    }

    private void regionsArePermitted(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            Request elsewhere = RandomRequests.of(GRANULE, forRegions("tck-other"));
            if (offer(allocator, elsewhere).isOk() || ledger.place(allocator, elsewhere).isOk()) {
                throw new CaseFailed("served a request that permits region tck-other only, in " + region.id());
            }
            Request here = RandomRequests.of(GRANULE, forRegions("tck-other", region.id().name()));
            if (!offer(allocator, here).isOk() || !ledger.place(allocator, here).isOk()) {
                throw new CaseFailed("refused a request that permits " + region.id());
            }
        });
    }

    private static MemoryConstraints forRegions(String... names) {
        return MemoryConstraints.direct(new UseId("device", "dma"), DmaConstraints.builder().regions(0, Set.of(names)).build());
    }

    private void refusalsExplain(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            MemoryConstraints low = MemoryConstraints.direct(new UseId("device", "dma"), DmaConstraints.builder().mask(0xffffff).build());
            for (Request request : List.of(RandomRequests.plain(region.size() + 1), RandomRequests.of(GRANULE, low),
                    RandomRequests.plain(region.size() + 1, DmaAttribute.CONTIGUOUS))) {
                Outcome<Offer> offer = offer(allocator, request);
                if (offer.isOk()) {
                    throw new CaseFailed("offers what is impossible: " + TestLedger.text(request));
                }
                Refusal why = offer.why().orElseThrow();
                TestLedger.requireReasons(why, request);
                if (ledger.place(allocator, request).isOk()) {
                    throw new CaseFailed("placed what is impossible: " + TestLedger.text(request));
                }
            }
        });
    }

    private void failureLeavesBooks(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            Request eight = RandomRequests.plain(8 * GRANULE);
            while (ledger.place(allocator, eight).isOk()) {
                // Until it is full.
            }
            for (int i = 0; i < 50; i++) {
                List<TestLedger.Placed> live = ledger.objects();
                if (live.isEmpty()) {
                    throw new CaseFailed("serves no object of 8 granules in an empty region of " + GRANULES);
                }
                TestLedger.Placed victim = live.get(random.nextInt(live.size()));
                ledger.place(allocator, eight);
                ledger.release(allocator, victim);
                Outcome<TestLedger.Placed> again = ledger.place(allocator, victim.request());
                if (!again.isOk()) {
                    throw new CaseFailed("after a refusal and a release of 8 granules, 8 granules are refused: " + again.why().orElseThrow());
                }
            }
        });
    }

    private void deniedClaimsHeal(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            Claims denying = new Claims() {
                @Override
                public boolean claim(long offset, long size) {
                    return false;
                }

                @Override
                public Outcome<Outcome.Done> grant(long size) {
                    throw new IllegalStateException("the region is placed");
                }

                @Override
                public Outcome<Outcome.Done> take(int descriptor, long size) {
                    throw new IllegalStateException("the region is placed");
                }

                @Override
                public void note(Note note) {
                    // Goes with the claims.
                }
            };
            for (int i = 0; i < 3; i++) {
                boolean placed;
                try {
                    placed = allocator.place(RandomRequests.plain(3 * GRANULE), denying).isOk();
                } catch (Exception e) {
                    // It may throw: the seat lets it adopt again.
                    placed = false;
                    ledger.adoptedBy(allocator);
                }
                if (placed) {
                    throw new CaseFailed("place says ok, though every claim was denied");
                }
            }
            fill(allocator, ledger, region);
        });
    }

    private void releasedIsReused(Subject subject) throws Exception {
        for (TestRegion each : List.of(region(), reserved())) {
            play(subject, each, (allocator, ledger, region, random) -> {
                RandomRequests requests = new RandomRequests(random, region);
                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < ROUNDS / 4; i++) {
                        ledger.place(allocator, requests.next(30));
                    }
                    releaseAll(allocator, ledger, random);
                    fill(allocator, ledger, region);
                    releaseAll(allocator, ledger, random);
                }
                Request whole = RandomRequests.plain(64 * GRANULE, DmaAttribute.CONTIGUOUS);
                if (!ledger.place(allocator, whole).isOk()) {
                    throw new CaseFailed("all is free, yet 64 granules in one extent are refused");
                }
            });
        }
    }

    private static void releaseAll(Allocator allocator, TestLedger ledger, Random random) {
        List<TestLedger.Placed> live = new ArrayList<>(ledger.objects());
        java.util.Collections.shuffle(live, random);
        live.forEach(placed -> ledger.release(allocator, placed));
    }

    private void adoption(Subject subject) throws Exception {
        for (TestRegion each : List.of(region(), reserved())) {
            play(subject, each, (allocator, ledger, region, random) -> {
                RandomRequests requests = new RandomRequests(random, region);
                for (int i = 0; i < ROUNDS / 2; i++) {
                    ledger.place(allocator, requests.next(20));
                    releaseSome(allocator, ledger, random);
                }
                for (int i = 1; i <= 5; i++) {
                    // Whatever the history left, there is something to adopt.
                    ledger.place(allocator, RandomRequests.plain(i * GRANULE));
                }
                Allocator successor = subject.open(region);
                try {
                    ledger.adoptedBy(successor);
                    for (int i = 0; i < ROUNDS / 2; i++) {
                        ledger.place(successor, requests.next(20));
                        releaseSome(successor, ledger, random);
                    }
                    fill(successor, ledger, region);
                    requireNothingDenied(ledger);
                    releaseAll(successor, ledger, random);
                    fill(successor, ledger, region);
                } finally {
                    subject.close(successor);
                }
            });
        }
    }

    private void adoptionAgain(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            RandomRequests requests = new RandomRequests(random, region);
            for (int i = 0; i < 20; i++) {
                ledger.place(allocator, requests.next(20));
            }
            // As if everything had been released by the broker while the plug-in was away.
            allocator.adopt(Live.NOTHING);
            fill(allocator, new TestLedger(region), region);
        });
    }

    private void catchingUp(Subject subject) throws Exception {
        for (TestRegion each : List.of(region(), reserved())) {
            play(subject, each, (allocator, ledger, region, random) -> {
                RandomRequests requests = new RandomRequests(random, region);
                Allocator successor = subject.open(region);
                try {
                    ledger.adoptedBy(successor);
                    for (int i = 0; i < ROUNDS; i++) {
                        Live before = ledger.live();
                        for (int j = random.nextInt(8); j > 0; j--) {
                            ledger.place(allocator, requests.next(20));
                            releaseSome(allocator, ledger, random);
                        }
                        ledger.caughtUpBy(successor, before);
                    }
                    // Whatever the history left, there is something that it has to know.
                    Live before = ledger.live();
                    ledger.place(allocator, RandomRequests.plain(GRANULE));
                    ledger.caughtUpBy(successor, before);
                    fill(successor, ledger, region);
                    requireNothingDenied(ledger);
                    releaseAll(successor, ledger, random);
                    fill(successor, ledger, region);
                } finally {
                    subject.close(successor);
                }
            });
        }
    }

    private void unknownConstraints(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            Set<String> understood = allocator.understands();
            if (understood == null) {
                throw new CaseFailed("understands() returned null");
            }
            if (understood.contains("org.sharebuf.tck.made-up")) {
                throw new CaseFailed("understands a kind of constraint that was made up: org.sharebuf.tck.made-up");
            }
            if (understood.stream().anyMatch(String::isBlank)) {
                throw new CaseFailed("understands() has a blank name: " + understood);
            }
        });
    }

    private void oddRequests(Subject subject) throws Exception {
        play(subject, region(), (allocator, ledger, region, random) -> {
            List<Request> odd = new ArrayList<>();
            for (long size : List.of(1L, GRANULE - 1, GRANULE + 1, region.size(), region.size() + 1, BufferSpec.MAX_BYTES - 1, BufferSpec.MAX_BYTES)) {
                odd.add(RandomRequests.plain(size));
                odd.add(RandomRequests.plain(size, DmaAttribute.CONTIGUOUS));
                odd.add(RandomRequests.of(size, MemoryConstraints.direct(new UseId("device", "dma"), DmaConstraints.builder().align(1L << 62).build())));
                odd.add(RandomRequests.of(size, MemoryConstraints.direct(new UseId("device", "dma"), DmaConstraints.builder().mask(1).build())));
                odd.add(RandomRequests.of(size, noPlace()));
            }
            for (Request request : odd) {
                offer(allocator, request);
                ledger.place(allocator, request);
            }
            releaseAll(allocator, ledger, random);
            fill(allocator, ledger, region);
        });
    }

    /** Two uses that permit no region in common. */
    private static MemoryConstraints noPlace() {
        TreeMap<Integer, Asked<java.util.SortedSet<String>>> none = new TreeMap<>();
        none.put(0, new Asked<>(new TreeSet<>(), new TreeSet<>(Set.of(new UseId("device", "dma")))));
        MemoryConstraints all = MemoryConstraints.NONE;
        return new MemoryConstraints(all.reach(), all.align(), all.rules(), none, all.declared());
    }
}
