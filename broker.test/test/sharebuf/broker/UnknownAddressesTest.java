package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Windows;

/** Memory that the kernel grants: what is unknown serves no request that needs it, and what was granted is given back. */
class UnknownAddressesTest {
    private static final RegionId HEAP = new RegionId("heap");
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);
    private final Scene scene = new Scene();
    private final List<Extent> granted = new ArrayList<>();
    private long limit = Long.MAX_VALUE;
    private boolean twice;

    @AfterEach
    void everythingWasGivenBack() {
        scene.close();
        assertThat(granted).isEmpty();
        assertThat(scene.liveExtents()).isZero();
    }

    private void heap(boolean contiguous, Windows within) {
        scene.platform.region("heap", 1 << 20);
        scene.broker.region(region(contiguous, within));
        scene.seat("heap", new Granting(), "granted");
    }

    private MemoryRegion region(boolean contiguous, Windows within) {
        return new MemoryRegion() {
            private long next;

            @Override
            public RegionId id() {
                return HEAP;
            }

            @Override
            public RegionKind kind() {
                return RegionKind.GRANTED;
            }

            @Override
            public long base() {
                return 0;
            }

            @Override
            public long size() {
                return 1 << 20;
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
                return contiguous;
            }

            @Override
            public Windows within() {
                return within;
            }

            @Override
            public List<Extent> reserved() {
                return List.of();
            }

            @Override
            public Outcome<Long> vacate(long offset, long size) {
                return Outcome.ok(0L);
            }

            @Override
            public Outcome<Long> grant(long size) {
                if (size > limit) {
                    return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "the kernel's ENOMEM", size + " bytes"));
                }
                long offset = twice ? 0 : next;
                next += size;
                granted.add(new Extent(HEAP, offset, size));
                return Outcome.ok(offset);
            }

            @Override
            public Outcome<Long> take(int descriptor, long size) {
                return grant(size);
            }

            @Override
            public void ungrant(Extent extent) {
                assertThat(granted.remove(extent)).isTrue();
            }
        };
    }

    private static class Granting implements Allocator {
        @Override
        public Outcome<Offer> offer(Request request) {
            return Outcome.ok(new Offer(Offer.ORDINARY, "the kernel grants it"));
        }

        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) {
            return claims.grant(request.sizeIn(4096));
        }

        @Override
        public void released(Extent extent) {
        }
    }

    private Outcome<BufferSet> set(long bytes, String use) {
        return scene.session.allocateFor(BufferSpec.bytes(bytes), List.of(UseId.parse(use)));
    }

    @Test
    void whatNeedsNothingIsServed() {
        heap(false, Windows.ALL);
        scene.device("any", Access.READ, DmaConstraints.builder().segments(new SegmentLimits(4, Long.MAX_VALUE, 0)).build());
        assertThat(set(16384, "cpu").isOk()).isTrue();
        assertThat(set(16384, "any").isOk()).as("at worst four pieces, and it takes four").isTrue();
        assertThat(granted).hasSize(2);
    }

    @Test
    void whatIsUnknownServesNoRequestThatNeedsIt() {
        heap(false, new Windows(List.of(new Windows.Window(0, 0x7fff_ffffL))));
        scene.device("narrow", Access.READ, DmaConstraints.builder().mask(0x3fff_ffffL).build());
        scene.device("one", Access.READ, Scene.contiguous());
        scene.device("aligned", Access.READ, DmaConstraints.builder().align(8192).build());
        scene.device("few", Access.READ, DmaConstraints.builder().segments(new SegmentLimits(3, Long.MAX_VALUE, 0)).build());
        assertThat(set(4096, "narrow").why().orElseThrow().constraint()).isEqualTo("reach");
        assertThat(set(8192, "one").why().orElseThrow().found()).contains("unknown");
        assertThat(set(4096, "aligned").why().orElseThrow().constraint()).isEqualTo("align");
        assertThat(set(16384, "few").why().orElseThrow().constraint()).isEqualTo("segments");
        assertThat(granted).isEmpty();
    }

    @Test
    void aMappingThatTheKernelMakesIsOpaqueAndHasNoAddress() {
        heap(true, new Windows(List.of(new Windows.Window(0, 0xffff_ffffL))));
        scene.mapops("kernel", new DmaMapOps() {
            @Override
            public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
                return MemoryConstraints.direct(use, own);
            }

            @Override
            public void map(MapRequest request, Table table) {
                table.opaque("kernel");
            }

            @Override
            public void unmap(Mapped mapped, Table table) {
            }
        });
        DmaConstraints dma = DmaConstraints.builder().mask(0xffff_ffffL).segments(SegmentLimits.CONTIGUOUS).build();
        scene.device("camera", "kernel", Access.WRITE, dma, new Scene.Quiet("camera", Access.WRITE, dma));
        BufferSet set = set(8192, "camera").orThrow();
        var object = set.buffers().getFirst().objects().getFirst();
        assertThat(set.attachments().getFirst().mapping(object)).contains(new Attachment.Mapping.Opaque("kernel"));
        assertThat(set.attachments().getFirst().address(object)).isEmpty();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.broker.mappings().count()).isEqualTo(1);
    }

    @Test
    void theKernelsRefusalPassesOnAndAGrantThatOverlapsIsRefused() {
        heap(true, Windows.ALL);
        limit = 4096;
        assertThat(set(8192, "cpu").why().orElseThrow().found()).contains("the kernel's ENOMEM");
        twice = true;
        set(4096, "cpu").orThrow();
        assertThat(set(4096, "cpu").why().orElseThrow().errno()).isEqualTo(Errno.EPROTO);
        assertThat(granted).hasSize(1);
    }

    @Test
    void whatADriverMadeIsTakenUndoneAndGivenBackLikeAGrant() {
        scene.platform.region("heap", 1 << 20);
        scene.broker.region(region(false, Windows.ALL));
        List<Claims> kept = new ArrayList<>();
        boolean[] fails = {true};
        scene.seat("heap", new Granting() {
            @Override
            public Outcome<Outcome.Done> place(Request request, Claims claims) {
                kept.add(claims);
                Outcome<Outcome.Done> taken = claims.take(7, request.sizeIn(4096));
                if (fails[0]) {
                    throw new IllegalStateException("after the take");
                }
                return taken;
            }
        }, "driver");
        assertThat(set(8192, "cpu").why().orElseThrow().errno()).isEqualTo(Errno.EPROTO);
        assertThat(granted).as("undone when place throws").isEmpty();
        assertThat(scene.liveExtents()).isZero();
        fails[0] = false;
        BufferSet set = set(8192, "cpu").orThrow();
        assertThat(granted).hasSize(1);
        assertThat(scene.liveExtents()).isEqualTo(1);
        assertThatThrownBy(() -> kept.getLast().take(8, 4096)).isInstanceOf(IllegalStateException.class).hasMessageContaining("is over");
        set.close();
        assertThat(granted).isEmpty();
        twice = true;
        set(4096, "cpu").orThrow();
        assertThat(set(4096, "cpu").why().orElseThrow().found()).as("a number that is live already").contains("live already");
        assertThat(granted).as("what the ledger did not record went back").hasSize(1);
    }

    @Test
    void aPlacedRegionTakesNothing() {
        RegionLedger ledger = new RegionLedger(sharebuf.broker.test.FakeRegion.of("pool", 0, 1 << 20));
        assertThatThrownBy(() -> ledger.take(7, 4096, OBJECT)).isInstanceOf(IllegalStateException.class).hasMessageContaining("pool is placed");
    }

    @Test
    void theNumberOfAGrantMayPassTheSizeOfTheRegion() {
        RegionLedger ledger = new RegionLedger(region(true, Windows.ALL));
        Extent last = ledger.grant(4096, OBJECT, 0).orThrow();
        for (int i = 0; i < 300; i++) {
            ledger.release(last);
            last = ledger.grant(8192, OBJECT, 0).orThrow(); // this heap never uses a number again
        }
        assertThat(last.offset()).isGreaterThan(1 << 20);
        ledger.release(last);
    }
}
