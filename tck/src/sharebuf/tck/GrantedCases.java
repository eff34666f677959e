package sharebuf.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.RegionId;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/**
 * What all allocators must do whose memory a driver makes and exports, or the kernel grants: the exporters of drivers' memory. Each case makes its own
 * instances, each with a driver of its own where there is one.
 *
 * <p>Stateless. From a JUnit test: {@code GrantedCases.all(seed).map(c -> dynamicTest(c.name(), () -> c.run(subject)))}.
 */
public final class GrantedCases {
    private static final long GRANULE = 4096;
    private static final long PART = 32 * GRANULE;
    private static final long LIMIT = 64 * PART;
    private static final int ROUNDS = 200;
    private static final int MOST_CALLS = 64;
    private static final List<Errno> ERRNOS = List.of(Errno.EINVAL, Errno.ENOMEM, Errno.EBUSY, Errno.ENOTTY, Errno.EIO, Errno.EOPNOTSUPP, Errno.ENODEV, Errno.EMFILE);

    private final long seed;

    private GrantedCases(long seed) {
        this.seed = seed;
    }

    /**
     * All cases.
     *
     * @param seed of the random ones
     * @return in the order in which they are best read
     */
    public static List<ConformanceCase<GrantedSubject>> all(long seed) {
        GrantedCases c = new GrantedCases(seed);
        return List.of(new ConformanceCase<>("offers-make-nothing", "offers, however many, make no memory and leave the limit as it was", c::offersMakeNothing),
                new ConformanceCase<>("memory-is-whole", "each object gets exactly its bytes, writable, of memory that is at least as large", c::memoryIsWhole),
                new ConformanceCase<>("nothing-is-left", "no handle, buffer, file, descriptor or setting is left with the driver", c::nothingIsLeft),
                new ConformanceCase<>("limit-is-known", "offers and refusals know the region's limit beforehand, and what was released", c::limitIsKnown),
                new ConformanceCase<>("driver-refusals-are-told", "whatever the driver refuses at whatever call is a refusal with its errno and name, leaves nothing, and heals", c::driverRefusals),
                new ConformanceCase<>("denied-memory-heals", "when the platform refuses the memory that is a refusal, nothing is left and nothing counted", c::deniedMemory),
                new ConformanceCase<>("granted-adoption", "a successor knows what is live, and can release it", c::adoption),
                new ConformanceCase<>("granted-adoption-again", "the last adoption counts", c::adoptionAgain),
                new ConformanceCase<>("granted-catching-up", "who catches up with what changed knows what it would if it had adopted it", c::catchingUp),
                new ConformanceCase<>("strange-notes", "notes of another schema or a newer version are refused or left alone, never guessed at", c::strangeNotes),
                new ConformanceCase<>("granted-odd-requests", "one byte, the largest size, any format and more than there is are answered, not thrown", c::oddRequests));
    }

    private interface Play {
        void on(Allocator allocator, GrantLedger ledger, Ground ground, Random random) throws Exception;
    }

    /** Region and driver, for whoever serves them next. */
    private record Ground(GrantedSubject subject, TestGrants region, Optional<TestDriver> driver) {
        private Allocator open() throws Exception {
            return subject.open(region, driver);
        }

        private void requireNothingLeft(String when) {
            List<String> left = driver.map(TestDriver::left).orElse(List.of());
            if (!left.isEmpty()) {
                throw new CaseFailed("left with the driver " + when + ": " + String.join(", ", left));
            }
        }
    }

    private void play(GrantedSubject subject, Play play) throws Exception {
        for (boolean contiguous : new boolean[] {false, true}) {
            Optional<TestDriver> driver = subject.driver();
            TestGrants region = new TestGrants(new RegionId(HiddenSeats.PREFIX + "grants"), LIMIT, GRANULE, contiguous, driver.map(d -> d.device().name()));
            Ground ground = new Ground(subject, region, driver);
            Allocator allocator = ground.open();
            try {
                allocator.adopt(Live.NOTHING);
                play.on(allocator, new GrantLedger(region, driver), ground, new Random(seed));
            } catch (CaseFailed e) {
                throw new CaseFailed(e.getMessage() + " [seed " + seed + "]", e);
            } finally {
                subject.close(allocator);
            }
        }
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

    /** An object of bytes, or of a picture in one or more objects; at most {@link #PART} bytes. */
    private static Request any(Random random) {
        if (random.nextInt(3) == 0) {
            return RandomRequests.plain(1 + random.nextLong(PART));
        }
        PixelFormat format = PixelFormat.known().get(random.nextInt(PixelFormat.known().size()));
        int width = 2 * (1 + random.nextInt(100));
        int height = 2 * (1 + random.nextInt(60));
        Layout layout = Layout.linear(format, width, height, 1L << random.nextInt(6), 1 + random.nextInt(2));
        int object = random.nextInt(layout.objects().size());
        return new Request("tck", BufferSpec.picture(format, width, height), object, layout.objects().get(object), MemoryConstraints.NONE, Set.of());
    }

    private static void releaseSome(Allocator allocator, GrantLedger ledger, Random random) {
        List<GrantLedger.Placed> live = ledger.objects();
        while (!live.isEmpty() && (random.nextInt(100) < 45 || ledger.free() < LIMIT / 2)) {
            ledger.release(allocator, live.get(random.nextInt(live.size())));
            live = ledger.objects();
        }
    }

    /** Takes all that the limit allows, and sees that it is known to be all. */
    private static void fill(Allocator allocator, GrantLedger ledger, String when) {
        while (ledger.free() > 0) {
            Request next = RandomRequests.plain(Math.min(PART, ledger.free()));
            offer(allocator, next).why().ifPresent(why -> {
                throw new CaseFailed(when + " offers nothing, with " + ledger.free() + " bytes free of " + LIMIT + ": " + why);
            });
            ledger.place(allocator, next).why().ifPresent(why -> {
                throw new CaseFailed(when + " refuses what it offered, with " + ledger.free() + " bytes free of " + LIMIT + ": " + why);
            });
        }
        Request one = RandomRequests.plain(1);
        if (offer(allocator, one).isOk()) {
            throw new CaseFailed(when + " offers memory, with all " + LIMIT + " bytes of the region taken");
        }
        if (ledger.place(allocator, one).isOk()) {
            throw new CaseFailed(when + " placed an object, with all " + LIMIT + " bytes of the region taken");
        }
    }

    private void offersMakeNothing(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            Request part = RandomRequests.plain(PART);
            for (long i = 0; i < 2 * LIMIT / PART; i++) {
                offer(allocator, part).why().ifPresent(why -> {
                    throw new CaseFailed("an offer is refused, and nothing was ever placed: " + why);
                });
                ground.requireNothingLeft("by an offer");
            }
            fill(allocator, ledger, "after offers it");
        });
    }

    private void memoryIsWhole(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            for (int i = 0; i < ROUNDS; i++) {
                Request request = any(random);
                Outcome<Offer> offer = offer(allocator, request);
                Outcome<GrantLedger.Placed> placed = ledger.place(allocator, request);
                if (offer.isOk() != placed.isOk()) {
                    throw new CaseFailed("offered " + offer + ", then placed " + placed + " for " + request.spec() + ", " + TestLedger.text(request));
                }
                if (!placed.isOk()) {
                    throw new CaseFailed("refuses " + request.spec() + " with " + ledger.free() + " bytes free: " + placed.why().orElseThrow());
                }
                releaseSome(allocator, ledger, random);
            }
        });
    }

    private void nothingIsLeft(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            for (int i = 0; i < ROUNDS; i++) {
                Request request = any(random);
                ledger.place(allocator, request);
                ground.requireNothingLeft("by an object of " + request.spec());
                releaseSome(allocator, ledger, random);
                ground.requireNothingLeft("by a release");
            }
        });
    }

    private void limitIsKnown(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            fill(allocator, ledger, "empty it");
            for (int i = 0; i < 20; i++) {
                List<GrantLedger.Placed> live = new ArrayList<>(ledger.objects());
                Collections.shuffle(live, random);
                live.subList(0, 1 + random.nextInt(live.size())).forEach(p -> ledger.release(allocator, p));
                fill(allocator, ledger, "after releases it");
            }
            ledger.releaseAll(allocator);
            Request more = RandomRequests.plain(LIMIT + 1);
            if (offer(allocator, more).isOk() || ledger.place(allocator, more).isOk()) {
                throw new CaseFailed("offers or places " + more.size() + " bytes in a region of " + LIMIT);
            }
        });
    }

    private void driverRefusals(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            if (ground.driver().isEmpty()) {
                return; // the kernel's own refusals are those of denied-memory-heals
            }
            TestDriver driver = ground.driver().get();
            for (Errno errno : ERRNOS) {
                for (boolean forGood : new boolean[] {false, true}) {
                    sweep(allocator, ledger, ground, driver, errno, forGood, random);
                }
            }
            ledger.releaseAll(allocator);
            fill(allocator, ledger, "after the driver refused it");
        });
    }

    /** Lets the first call fail, then the second, until a request needs no more calls. */
    private static void sweep(Allocator allocator, GrantLedger ledger, Ground ground, TestDriver driver, Errno errno, boolean forGood, Random random) {
        for (int call = 0; call < MOST_CALLS; call++) {
            Request request = any(random);
            String when = "when call " + call + (forGood ? " and those behind it fail" : " fails") + " with " + errno + " at " + request.spec();
            driver.fail(call, errno, forGood);
            Outcome<GrantLedger.Placed> placed = ledger.place(allocator, request);
            boolean failed = driver.hasFailed();
            driver.heal();
            if (placed instanceof Outcome.No<GrantLedger.Placed>(Refusal why)) {
                if (!failed) {
                    throw new CaseFailed("refuses " + request.spec() + ", and the driver refused nothing: " + why);
                }
                if (forGood && why.errno() != errno) {
                    throw new CaseFailed("says " + why.errno() + " " + when + ": " + why);
                }
                if (!why.message().contains(driver.device().name())) {
                    throw new CaseFailed("does not say that " + driver.device().name() + " refused, " + when + ": " + why);
                }
            }
            ground.requireNothingLeft(when);
            Request next = any(random);
            ledger.place(allocator, next).why().ifPresent(why -> {
                throw new CaseFailed("refuses " + next.spec() + " afterwards, " + when + ": " + why);
            });
            releaseSome(allocator, ledger, random);
            if (!failed) {
                return;
            }
        }
        throw new CaseFailed("needs more than " + MOST_CALLS + " calls of the driver for one object");
    }

    private void deniedMemory(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            for (Errno errno : List.of(Errno.ENOMEM, Errno.EEXIST, Errno.EINVAL)) {
                ledger.deny(errno);
                for (int i = 0; i < ROUNDS; i++) {
                    Request request = any(random);
                    Outcome<GrantLedger.Placed> placed = ledger.place(allocator, request);
                    if (placed.isOk()) {
                        throw new CaseFailed("placed " + request.spec() + ", and all memory was refused");
                    }
                    if (placed.why().orElseThrow().errno() != errno) {
                        throw new CaseFailed("the platform said " + errno + ", it says " + placed.why().orElseThrow());
                    }
                    ground.requireNothingLeft("when the platform refused it");
                }
                ledger.permit();
            }
            fill(allocator, ledger, "after the platform refused it");
        });
    }

    private void adoption(GrantedSubject subject) throws Exception {
        play(subject, (first, ledger, ground, random) -> {
            for (int i = 0; i < 20; i++) {
                ledger.place(first, any(random));
            }
            Allocator second = ground.open();
            try {
                second.adopt(ledger.live());
                ground.requireNothingLeft("by an adoption");
                fill(second, ledger, "its successor");
                ledger.releaseAll(second);
                fill(second, ledger, "its successor, after releases,");
            } finally {
                subject.close(second);
            }
        });
    }

    private void adoptionAgain(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            for (int i = 0; i < 20; i++) {
                ledger.place(allocator, any(random));
            }
            allocator.adopt(ledger.live());
            allocator.adopt(ledger.live());
            fill(allocator, ledger, "adopting twice it");
            // As if everything had been released by the broker while the plug-in was away.
            allocator.adopt(Live.NOTHING);
            fill(allocator, new GrantLedger(ground.region(), ground.driver()), "with nothing live any more it");
        });
    }

    private void catchingUp(GrantedSubject subject) throws Exception {
        play(subject, (first, ledger, ground, random) -> {
            Allocator second = ground.open();
            try {
                second.adopt(ledger.live());
                for (int i = 0; i < ROUNDS; i++) {
                    Live before = ledger.live();
                    ledger.place(first, any(random));
                    releaseSome(first, ledger, random);
                    ledger.caughtUpBy(second, before);
                }
                Live before = ledger.live();
                ledger.place(first, RandomRequests.plain(GRANULE)); // there is something that it has to know
                ledger.caughtUpBy(second, before);
                fill(second, ledger, "caught up it");
                ledger.releaseAll(second);
                fill(second, ledger, "caught up, and after releases, it");
            } finally {
                subject.close(second);
            }
        });
    }

    private void strangeNotes(GrantedSubject subject) throws Exception {
        for (boolean newer : new boolean[] {false, true}) {
            play(subject, (first, ledger, ground, random) -> {
                for (int i = 0; i < 10; i++) {
                    ledger.place(first, any(random));
                }
                Live strange = new Live(ledger.live().extents().stream().map(h -> strange(h, newer)).toList(), List.of(), List.of());
                Allocator second = ground.open();
                try {
                    if (adopts(second, strange)) {
                        fill(second, ledger, "with notes that it cannot read it");
                        ledger.releaseAll(second);
                        fill(second, ledger, "with notes that it cannot read, after releases, it");
                    }
                    ground.requireNothingLeft("by one with notes that it cannot read");
                } finally {
                    subject.close(second);
                }
            });
        }
    }

    /** Whether it takes the seat; that it does not is an answer. */
    private static boolean adopts(Allocator allocator, Live live) {
        try {
            allocator.adopt(live);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    /** The same extent with a note of nobody's, or of the plug-in's own kind from a version to come. */
    private static Live.Held strange(Live.Held held, boolean newer) {
        String schema = newer && held.note().isPresent() ? held.note().get().schema() : "org.sharebuf.tck.made-up";
        return new Live.Held(held.extent(), Optional.of(new Note(schema, Integer.MAX_VALUE, Collections.nCopies(Note.MAX_DATA, Long.MIN_VALUE))));
    }

    private void oddRequests(GrantedSubject subject) throws Exception {
        play(subject, (allocator, ledger, ground, random) -> {
            List<Request> odd = new ArrayList<>();
            for (long size : List.of(1L, GRANULE - 1, GRANULE + 1, LIMIT, LIMIT + 1, 1L << 32, 1L << 44, BufferSpec.MAX_BYTES - 1, BufferSpec.MAX_BYTES)) {
                odd.add(RandomRequests.plain(size));
                odd.add(RandomRequests.plain(size, DmaAttribute.CONTIGUOUS));
                for (PixelFormat format : PixelFormat.known()) {
                    // An object may be larger than its picture: a layout that somebody dictates.
                    odd.add(new Request("tck", BufferSpec.picture(format, 1, 1), format.objects() - 1, size, MemoryConstraints.NONE, Set.of()));
                    odd.add(new Request("tck", BufferSpec.picture(format, BufferSpec.MAX_SIDE, 1), 0, size, MemoryConstraints.NONE, Set.of()));
                }
            }
            for (Request request : odd) {
                offer(allocator, request);
                ledger.place(allocator, request).asOptional().ifPresent(p -> ledger.release(allocator, p));
                ground.requireNothingLeft("by " + request.spec() + " of " + request.size() + " bytes");
            }
            fill(allocator, ledger, "after odd requests it");
        });
    }
}
