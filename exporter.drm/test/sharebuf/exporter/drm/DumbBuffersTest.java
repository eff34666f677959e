package sharebuf.exporter.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.format.PixelFormat;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

class DumbBuffersTest {
    private static final long LIMIT = 4 << 20;
    private static final BufferSpec PICTURE = BufferSpec.picture(PixelFormat.XRGB8888, 640, 480);
    private static final long BYTES = 640 * 480 * 4;

    private record Region(RegionKind kind) implements MemoryRegion {
        @Override
        public RegionId id() {
            return new RegionId("card.dumb");
        }

        @Override
        public long base() {
            return 0;
        }

        @Override
        public long size() {
            return LIMIT;
        }

        @Override
        public long granule() {
            return 4096;
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
        public boolean contiguous() {
            return false;
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

    private final class Ledger implements Claims {
        private final Map<Integer, Long> taken = new LinkedHashMap<>();
        private boolean refuses;

        @Override
        public boolean claim(long offset, long size) {
            throw new AssertionError("a granted region has no places");
        }

        @Override
        public Outcome<Outcome.Done> grant(long size) {
            throw new AssertionError("the platform makes nothing here");
        }

        @Override
        public Outcome<Outcome.Done> take(int descriptor, long size) {
            assertThat(card.handles).as("the handle is there until the memory is taken").hasSize(1);
            long whole = card.exported.remove(descriptor); // the platform's from here on
            if (refuses) {
                return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "the limit", size + " bytes"));
            }
            assertThat(size).isLessThanOrEqualTo(whole);
            taken.put(descriptor, size);
            return Outcome.ok();
        }

        @Override
        public void note(Note note) {
            throw new AssertionError("nothing to remember");
        }
    }

    private final FakeCard card = new FakeCard();
    private final Ledger ledger = new Ledger();

    @AfterEach
    void nothingIsLeftWithTheCard() {
        assertThat(card.handles).isEmpty();
        assertThat(card.exported).as("descriptors of nobody").isEmpty();
    }

    private DumbBuffers buffers() {
        return new DumbBuffers(new Region(RegionKind.GRANTED), card);
    }

    private static Request request(BufferSpec spec, long size) {
        return new Request("test", spec, 0, size, MemoryConstraints.NONE, Set.of());
    }

    @Test
    void anObjectIsADumbBufferThatOnlyItsDmaBufKeeps() {
        DumbBuffers buffers = buffers();
        assertThat(buffers.offer(request(PICTURE, BYTES)).orThrow()).satisfies(o -> {
            assertThat(o.rank()).as("behind all memory that does not cost a driver's call").isGreaterThan(Offer.SPECIAL);
            assertThat(o.reason()).contains("card", "unknown");
        });
        assertThat(buffers.place(request(PICTURE, BYTES), ledger).isOk()).isTrue();
        assertThat(card.made).containsExactly(new Rectangle(640, 480, 32));
        assertThat(ledger.taken.values()).containsExactly(BYTES);
    }

    @Test
    void aDriverWithAPitchOfItsOwnMakesMoreThanIsNeeded() {
        card.pitchAlign = 4096;
        assertThat(buffers().place(request(PICTURE, BYTES), ledger).isOk()).isTrue();
        assertThat(card.made).as("asked for as it is: the driver adds").containsExactly(new Rectangle(640, 480, 32));
    }

    @Test
    void aDriverOfOnePixelSizeIsAskedForThat() {
        card.only32 = true;
        BufferSpec nv12 = BufferSpec.picture(PixelFormat.NV12, 640, 480);
        assertThat(buffers().place(request(nv12, 640 * 480 * 3 / 2), ledger).isOk()).isTrue();
        assertThat(card.made).containsExactly(new Rectangle(160, 720, 32));
    }

    @Test
    void whatTheDriverSaysIsTold() {
        card.createErrno = Errno.ENOMEM;
        assertThat(buffers().place(request(PICTURE, BYTES), ledger).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
            assertThat(why.message()).contains("card", "DRM_IOCTL_MODE_CREATE_DUMB", "640x480 of 32 bits");
        });
        card.createErrno = null;
        card.exportErrno = Errno.ENOSYS;
        assertThat(buffers().place(request(PICTURE, BYTES), ledger).why().orElseThrow().constraint()).isEqualTo("DRM_IOCTL_PRIME_HANDLE_TO_FD");
        assertThat(ledger.taken).isEmpty();
    }

    @Test
    void whatThePlatformRefusesIsRefused() {
        ledger.refuses = true;
        DumbBuffers buffers = buffers();
        assertThat(buffers.place(request(PICTURE, BYTES), ledger).why().orElseThrow().errno()).isEqualTo(Errno.ENOMEM);
        assertThat(buffers.offer(request(BufferSpec.bytes(LIMIT), LIMIT)).isOk()).as("nothing was counted").isTrue();
    }

    @Test
    void theLimitIsKnownBeforehandAndMovesWithWhatIsLive() {
        DumbBuffers buffers = buffers();
        buffers.place(request(PICTURE, BYTES), ledger);
        Request rest = request(BufferSpec.bytes(LIMIT - BYTES), LIMIT - BYTES);
        Request more = request(BufferSpec.bytes(LIMIT), LIMIT);
        assertThat(buffers.offer(rest).isOk()).isTrue();
        assertThat(buffers.offer(more).why().orElseThrow().fix()).contains("card.dumb");
        buffers.released(BYTES);
        assertThat(buffers.offer(more).isOk()).isTrue();
        buffers.adopt(new Live(List.of(new Live.Held(new Extent(new RegionId("card.dumb"), 0, 4096), Optional.empty())), List.of(), List.of()));
        assertThat(buffers.offer(more).isOk()).isFalse();
    }

    @Test
    void aCardThatHasNoneSaysSoAndOneThatCannotBeAskedIsTried() {
        card.dumbCap = 0;
        assertThat(buffers().offer(request(PICTURE, BYTES)).why().orElseThrow().found()).contains("card", "no dumb buffers");
        card.dumbCap = -1;
        assertThat(buffers().place(request(PICTURE, BYTES), ledger).isOk()).isTrue();
    }

    @Test
    void aPlacedRegionIsNotForIt() {
        assertThatThrownBy(() -> new DumbBuffers(new Region(RegionKind.PLACED), card)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("card.dumb is placed");
    }
}
