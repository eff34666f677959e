package sharebuf.exporter.tiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;
import sharebuf.slots.Area;
import sharebuf.tck.TestLedger;
import sharebuf.tck.TestLedger.Placed;
import sharebuf.tck.TestRegion;

/** Slots for pictures, against a raster of slots. */
class SlotsTest {
    private static final int SLOTS = Mode.COLUMNS * Mode.ROWS;

    private final TestRegion region = new TestRegion("tiler", 0xa000_0000L, 160L << 20, Mode.SLOT);
    private final TestLedger ledger = new TestLedger(region);
    private final Books books = new Books();
    private final Book book = books.of("tiler");
    private final TilerAllocator allocator = new TilerAllocator(region, books, config(false));

    private static TilerAllocator.Config config(boolean named) {
        return new TilerAllocator.Config() {
            @Override
            public boolean named() {
                return named;
            }

            @Override
            public String option() {
                return "tiler";
            }

            @Override
            public int optionMost() {
                return 0;
            }

            @Override
            public Class<TilerAllocator.Config> annotationType() {
                return TilerAllocator.Config.class;
            }
        };
    }

    private static Request picture(PixelFormat format, int width, int height) {
        Layout layout = Tiling.of(format, height, Layout.linear(format, width, height, 1, 1)).orElseThrow();
        return new Request("test", BufferSpec.picture(format, width, height).count(2), 0, layout.objects().getFirst(), MemoryConstraints.NONE, Set.of(), Optional.of(layout));
    }

    private Placed place(Request request) {
        return ledger.place(allocator, request).orThrow();
    }

    private List<Block> blocks(Placed placed) {
        return noted().get(placed.extents().getFirst());
    }

    private Map<Extent, List<Block>> noted() {
        Map<Extent, List<Block>> all = new HashMap<>();
        for (Live.Held held : ledger.live().extents()) {
            held.note().flatMap(Book::read).ifPresent(b -> all.put(held.extent(), b));
        }
        return all;
    }

    /** What the notes say is a set of areas that overlap nowhere, and what the book says. */
    private void requireTrue(String when) {
        BitSet taken = new BitSet();
        for (List<Block> blocks : noted().values()) {
            for (Block b : blocks) {
                for (int y = b.area().y(); y < b.area().y() + b.area().height(); y++) {
                    for (int x = b.area().x(); x < b.area().x() + b.area().width(); x++) {
                        assertThat(x < Mode.COLUMNS && y < Mode.ROWS && !taken.get(y * Mode.COLUMNS + x)).as("%s: slot %d,%d", when, x, y).isTrue();
                        taken.set(y * Mode.COLUMNS + x);
                    }
                }
            }
        }
        assertThat(book.freeSlots()).as(when).isEqualTo(SLOTS - taken.cardinality());
        assertThat(book.all()).as(when).containsExactlyInAnyOrderElementsOf(noted().values());
    }

    @Test
    @DisplayName("NV12 takes an area of 8-bit slots and one of 16-bit slots")
    void aPictureTakesAnAreaAPlane() {
        Placed nv12 = place(picture(PixelFormat.NV12, 1920, 1080));
        assertThat(blocks(nv12)).extracting(b -> b.mode() + " " + b.area().width() + "x" + b.area().height()).containsExactly("BITS_8 30x17", "BITS_16 15x17");
        assertThat(blocks(place(picture(PixelFormat.XRGB8888, 100, 30)))).extracting(b -> b.mode() + " " + b.area().width() + "x" + b.area().height()).containsExactly("BITS_32 4x2");
        requireTrue("after both");
    }

    @Test
    @DisplayName("when no place is free, what nothing sees gets other slots, and no byte moves")
    void roomIsMadeByMovingWhatNothingSees() {
        List<Placed> all = new ArrayList<>();
        while (book.freeSlots() >= 64) { // 8 x 4 of luma and 4 x 4 of chroma
            all.add(place(picture(PixelFormat.NV12, 512, 256)));
        }
        for (int i = all.size() - 1; i >= 0; i -= 2) {
            ledger.release(allocator, all.remove(i));
        }
        Map<Extent, List<Block>> before = noted();
        Request wide = picture(PixelFormat.NV12, 8192, 2048);
        assertThat(book.fits(List.of(new Block(Mode.BITS_8, new Area(0, 0, 128, 32))))).isTrue();
        Placed placed = place(wide);
        requireTrue("after making room");
        Map<Extent, List<Block>> after = noted();
        after.remove(placed.extents().getFirst());
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after).isNotEqualTo(before);
        // A successor finds all of it in the ledger.
        Book next = new Book();
        next.adopt(noted());
        assertThat(next.all()).containsExactlyInAnyOrderElementsOf(book.all());
    }

    @Test
    @DisplayName("what a device sees stays where it is; the refusal says what is there")
    void whatIsSeenStays() {
        List<Placed> all = new ArrayList<>();
        while (book.freeSlots() >= 64) {
            all.add(place(picture(PixelFormat.NV12, 512, 256)));
        }
        for (int i = all.size() - 1; i >= 0; i -= 2) {
            ledger.release(allocator, all.remove(i));
        }
        all.forEach(p -> book.pin(p.extents().getFirst(), p));
        Map<Extent, List<Block>> before = noted();
        long free = ledger.freeBytes();
        Refusal why = ledger.place(allocator, picture(PixelFormat.NV12, 8192, 2048)).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.constraint()).isEqualTo("slots");
        assertThat(why.found()).contains("32768 slots, 256 in a row").contains(all.size() + " x 8x4 and 4x4");
        assertThat(why.needed()).isEqualTo("128x32 and 64x32 slots");
        assertThat(noted()).isEqualTo(before);
        assertThat(ledger.freeBytes()).isEqualTo(free);
        requireTrue("after the refusal");
        all.forEach(book::unpin);
        assertThat(ledger.place(allocator, picture(PixelFormat.NV12, 8192, 2048)).isOk()).isTrue();
        requireTrue("after the same once nothing is seen");
    }

    @Test
    void notesAndBookStayTheSameWhateverComes() throws Exception {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("SlotsTest seed " + seed);
        Random random = new Random(seed);
        List<Placed> live = new ArrayList<>();
        Map<Placed, List<Block>> pinned = new HashMap<>();
        int rearranged = 0;
        for (int i = 0; i < 500; i++) {
            String when = "seed " + seed + " step " + i;
            int what = random.nextInt(10);
            if (what < 6) {
                PixelFormat format = List.of(PixelFormat.NV12, PixelFormat.XRGB8888, PixelFormat.YUYV).get(random.nextInt(3));
                Map<Extent, List<Block>> before = noted();
                ledger.place(allocator, picture(format, 1 + random.nextInt(3000), 1 + random.nextInt(1500))).asOptional().ifPresent(live::add);
                Map<Extent, List<Block>> after = noted();
                rearranged += before.entrySet().stream().anyMatch(e -> !after.get(e.getKey()).equals(e.getValue())) ? 1 : 0;
            } else if (what < 8 && !live.isEmpty()) {
                Placed gone = live.remove(random.nextInt(live.size()));
                if (pinned.remove(gone) != null) {
                    book.unpin(gone);
                }
                ledger.release(allocator, gone);
            } else if (what == 8 && !live.isEmpty()) {
                Placed one = live.get(random.nextInt(live.size()));
                pinned.put(one, book.pin(one.extents().getFirst(), one));
            } else if (what == 9) {
                allocator.adopt(ledger.live());
            }
            requireTrue(when);
            pinned.forEach((p, where) -> assertThat(blocks(p)).as(when).isEqualTo(where));
        }
        assertThat(rearranged).as("seed " + seed + ": how often room was made").isPositive();
    }

    @Test
    void linearMemoryGetsNoSlots() {
        Layout linear = Layout.linear(PixelFormat.NV12, 640, 360, 1, 1);
        Request request = new Request("test", BufferSpec.picture(PixelFormat.NV12, 640, 360), 0, linear.size(), MemoryConstraints.NONE, Set.of(), Optional.of(linear));
        assertThat(noted()).isEmpty();
        place(request);
        assertThat(book.freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void onlyWhoNamesTheRegionIsServed() {
        TilerAllocator kept = new TilerAllocator(region, books, config(true));
        assertThat(kept.offer(picture(PixelFormat.NV12, 640, 360)).why().orElseThrow().found()).isEqualTo("tiler is kept for uses that name it");
    }

    @Test
    void aNoteOfALaterVersionIsNotGuessedAt() {
        Extent extent = new Extent(region.id(), 0, 4096);
        Live later = new Live(List.of(new Live.Held(extent, Optional.of(new Note("tiler.slots", 2, List.of(0L, 0L, 0L, 1L, 1L))))), List.of(), List.of());
        assertThatThrownBy(() -> allocator.adopt(later)).hasMessageContaining("note tiler.slots of version 2");
        Live outside = new Live(List.of(new Live.Held(extent, Optional.of(new Note("tiler.slots", 1, List.of(0L, 255L, 0L, 2L, 1L))))), List.of(), List.of());
        assertThatThrownBy(() -> allocator.adopt(outside)).hasMessageContaining("outside of the container");
    }
}
