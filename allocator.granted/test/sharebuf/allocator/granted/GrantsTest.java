package sharebuf.allocator.granted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

class GrantsTest {
    private static final long PAGE = 4096;

    private record Region(RegionKind kind, boolean contiguous) implements MemoryRegion {
        @Override
        public RegionId id() {
            return new RegionId("heap");
        }

        @Override
        public long base() {
            return 0;
        }

        @Override
        public long size() {
            return 4 * PAGE;
        }

        @Override
        public long granule() {
            return PAGE;
        }

        @Override
        public boolean reusable() {
            return false;
        }

        @Override
        public boolean mapped() {
            return true;
        }

        @Override
        public List<Extent> reserved() {
            return List.of();
        }

        @Override
        public Outcome<Long> vacate(long offset, long size) {
            return Outcome.ok(0L);
        }
    }

    private static final class Ledger implements Claims {
        private final List<Long> granted = new ArrayList<>();
        private boolean full;

        @Override
        public boolean claim(long offset, long size) {
            throw new AssertionError("a granted region has no places");
        }

        @Override
        public Outcome<Outcome.Done> grant(long size) {
            if (full) {
                return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "the kernel's ENOMEM", size + " bytes"));
            }
            granted.add(size);
            return Outcome.ok();
        }

        @Override
        public Outcome<Outcome.Done> take(int descriptor, long size) {
            throw new AssertionError("nothing to hand over");
        }

        @Override
        public void note(Note note) {
            throw new AssertionError("nothing to remember");
        }
    }

    private final Ledger ledger = new Ledger();
    private final Grants grants = new Grants(new Region(RegionKind.GRANTED, false));

    private static Request request(long size) {
        return new Request("test", BufferSpec.bytes(size), 0, size, MemoryConstraints.NONE, Set.of());
    }

    @Test
    void anObjectIsOneGrantOfWholeGranules() {
        assertThat(grants.offer(request(PAGE + 1)).orThrow().rank()).isEqualTo(Offer.ORDINARY);
        assertThat(grants.place(request(PAGE + 1), ledger).isOk()).isTrue();
        assertThat(ledger.granted).containsExactly(2 * PAGE);
    }

    @Test
    void contiguousMemoryIsKeptForThoseWhoNeedIt() {
        assertThat(new Grants(new Region(RegionKind.GRANTED, true)).offer(request(1)).orThrow().rank()).isEqualTo(Offer.CONTIGUOUS);
    }

    @Test
    void theLimitIsKnownBeforehandAndMovesWithWhatIsLive() {
        grants.place(request(3 * PAGE), ledger);
        Refusal why = grants.offer(request(2 * PAGE)).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.fix()).contains("heap");
        assertThat(grants.offer(request(PAGE)).isOk()).isTrue();
        grants.released(3 * PAGE);
        assertThat(grants.offer(request(4 * PAGE)).isOk()).isTrue();
        grants.adopt(new Live(List.of(new Live.Held(new Extent(new RegionId("heap"), 0, 4 * PAGE), Optional.empty())), List.of(), List.of()));
        assertThat(grants.offer(request(1)).isOk()).isFalse();
    }

    @Test
    void whatTheKernelRefusesTakesNothing() {
        ledger.full = true;
        assertThat(grants.place(request(4 * PAGE), ledger).why().orElseThrow().found()).contains("the kernel's ENOMEM");
        assertThat(grants.offer(request(4 * PAGE)).isOk()).isTrue();
    }

    @Test
    void aPlacedRegionIsRefused() {
        assertThatThrownBy(() -> new Grants(new Region(RegionKind.PLACED, false))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("heap", "placed");
    }
}
