package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
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
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.uapi.DrmDestroyDumb;

/** Each case passes allocators that keep the contract and catches some that break its point. */
class GrantedCasesTest {
    private interface Maker {
        Allocator of(MemoryRegion region, Optional<? extends DeviceNode> node);
    }

    private static GrantedSubject of(boolean card, Maker maker) {
        return new GrantedSubject() {
            @Override
            public Optional<TestDriver> driver() {
                return card ? Optional.of(new DumbCard()) : Optional.empty();
            }

            @Override
            public Allocator open(MemoryRegion region, Optional<TestDriver> driver) {
                return maker.of(region, driver);
            }
        };
    }

    @TestFactory
    Stream<DynamicTest> honestOnesPass() {
        return Stream.of(7L, 8L, 9L).flatMap(seed -> Stream.of(true, false).flatMap(card -> GrantedCases.all(seed).stream()
                .map(c -> dynamicTest(c.name() + " " + seed + (card ? " of a card" : " of the kernel"), () -> c.run(of(card, HonestGrants::new))))));
    }

    /** Case, what is broken, and some of what is said of it. */
    private record Broken(String name, String said, Maker maker) {
    }

    private static final List<Broken> BROKEN = List.of(new Broken("offers-make-nothing", "an offer is refused", (region, node) -> new HonestGrants(region, node) {
        @Override
        public Outcome<Offer> offer(Request request) {
            Outcome<Offer> offer = super.offer(request);
            used += offer.isOk() ? request.sizeIn(region.granule()) : 0;
            return offer;
        }
    }), new Broken("memory-is-whole", "needed exactly", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> made(DeviceNode card, long size, Claims claims) throws DeviceException {
            return super.made(card, size - size % (2 * ROW) + ROW, claims);
        }
    }), new Broken("memory-is-whole", "of a dma-buf of", (region, node) -> new HonestGrants(region, node) {
        @Override
        int rows(long size) {
            return Math.max(1, super.rows(size) - 1);
        }
    }), new Broken("memory-is-whole", "cannot be written", (region, node) -> new HonestGrants(region, node) {
        @Override
        int flags() {
            return 0;
        }
    }), new Broken("memory-is-whole", "did not export, or which was taken already", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> made(DeviceNode card, long size, Claims claims) {
            return claims.take(3, size);
        }
    }), new Broken("nothing-is-left", "handle 1", (region, node) -> new HonestGrants(region, node) {
        @Override
        void destroy(DeviceNode card, DrmDestroyDumb dumb) {
            // Its handle keeps the memory.
        }
    }), new Broken("limit-is-known", "offers memory, with all", (region, node) -> new HonestGrants(region, node) {
        @Override
        public Outcome<Offer> offer(Request request) {
            return Outcome.ok(new Offer(Offer.DRIVER, "there is always more"));
        }
    }), new Broken("limit-is-known", "offers nothing, with", (region, node) -> new HonestGrants(region, node) {
        @Override
        public void released(Extent extent) {
            // It counts what was ever taken.
        }
    }), new Broken("driver-refusals-are-told", "threw", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> told(DeviceException e) throws DeviceException {
            throw e;
        }
    }), new Broken("driver-refusals-are-told", "says EINVAL", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> told(DeviceException e) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "driver", e.device() + " refuses", "another driver"));
        }
    }), new Broken("driver-refusals-are-told", "does not say that", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> told(DeviceException e) {
            return Outcome.no(Refusal.of(e.errno(), "driver", "it refuses", "another driver"));
        }
    }), new Broken("denied-memory-heals", "the platform said ENOMEM", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> made(DeviceNode card, long size, Claims claims) throws DeviceException {
            return super.made(card, size, claims).isOk() ? Outcome.ok() : Outcome.no(Refusal.of(Errno.EIO, "memory", "none", "some"));
        }
    }), new Broken("denied-memory-heals", "the platform said EEXIST, it says ENOMEM: space", (region, node) -> new HonestGrants(region, node) {
        @Override
        Outcome<Outcome.Done> made(DeviceNode card, long size, Claims claims) throws DeviceException {
            Outcome<Outcome.Done> made = super.made(card, size, claims);
            used += made.isOk() ? 0 : size;
            return made;
        }
    }), new Broken("granted-adoption", "offers memory, with all", (region, node) -> new HonestGrants(region, node) {
        @Override
        public void adopt(Live live) {
            used = 0;
        }
    }), new Broken("granted-adoption-again", "offers nothing, with", (region, node) -> new HonestGrants(region, node) {
        @Override
        public void adopt(Live live) {
            used += live.extents().stream().mapToLong(h -> h.extent().size()).sum();
        }
    }), new Broken("granted-catching-up", "offers", (region, node) -> new HonestGrants(region, node) {
        @Override
        public boolean catchUp(Changes changes) {
            return true;
        }
    }), new Broken("strange-notes", "offers memory, with all", (region, node) -> new HonestGrants(region, node) {
        @Override
        public void adopt(Live live) {
            // The sizes that its notes would tell.
            used = live.extents().stream().mapToLong(h -> h.note().map(n -> n.data().getFirst()).orElse(h.extent().size())).sum();
        }
    }), new Broken("granted-odd-requests", "threw", (region, node) -> new HonestGrants(region, node) {
        @Override
        public Outcome<Offer> offer(Request request) {
            return Math.multiplyExact((int) Math.min(request.size(), Integer.MAX_VALUE), 2) > 0 ? super.offer(request) : super.offer(request);
        }
    }));

    @TestFactory
    Stream<DynamicTest> brokenOnesFail() {
        Map<String, ConformanceCase<GrantedSubject>> cases = GrantedCases.all(7).stream().collect(java.util.stream.Collectors.toMap(ConformanceCase::name, c -> c));
        return BROKEN.stream().map(b -> dynamicTest(b.name() + ": " + b.said(), () -> assertThatThrownBy(() -> cases.get(b.name()).run(of(true, b.maker()))).isInstanceOf(CaseFailed.class)
                .hasMessageContaining(b.said())));
    }

    @Test
    void everyCaseHasOneThatBreaksIt() {
        assertThat(BROKEN).extracting(Broken::name).containsAll(GrantedCases.all(1).stream().map(ConformanceCase::name).toList());
    }

    @Test
    void whoCannotReadANoteMayStayAway() {
        ConformanceCase<GrantedSubject> notes = GrantedCases.all(7).stream().filter(c -> c.name().equals("strange-notes")).findFirst().orElseThrow();
        notes.run(of(true, (region, node) -> new HonestGrants(region, node) {
            @Override
            public void adopt(Live live) {
                if (live.extents().stream().anyMatch(h -> h.note().isPresent())) {
                    throw new IllegalArgumentException("notes of a version to come");
                }
                super.adopt(live);
            }
        }));
    }
}
