package sharebuf.exporter.tiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sharebuf.mapping.Lines;
import sharebuf.slots.Area;

/** Addresses of views. */
class AddressTest {
    /** Table "Address Offsets in View" of SPRUI30: page 32,63 in the view of pages, S Y X being bits 31, 30 and 29. */
    @ParameterizedTest
    @CsvSource({"AS_IS, 11BF20000", "REFLECT_X, 13BFDF000", "REFLECT_Y, 15C020000", "ROTATE_180, 17C0DF000", "TRANSPOSE, 19903F000", "ROTATE_270, 1BEFBF000", "ROTATE_90, 1D9040000",
        "ANTI_TRANSPOSE, 1FEFC0000"})
    void aPageLiesWhereTheManualSays(View view, String address) {
        assertThat(Block.TILER + Mode.PAGE.address(32, 63, view)).isEqualTo(Long.parseLong(address, 16));
        assertThat(Block.slotAt(Long.parseLong(address, 16))).isEqualTo(63 * Mode.COLUMNS + 32);
    }

    @Test
    @DisplayName("strides are those of tiler_stride: 16, 32 and 32 KiB, turned 8, 8 and 16")
    void strides() {
        assertThat(List.of(Mode.BITS_8, Mode.BITS_16, Mode.BITS_32)).extracting(m -> m.stride(View.AS_IS)).containsExactly(16L << 10, 32L << 10, 32L << 10);
        assertThat(List.of(Mode.BITS_8, Mode.BITS_16, Mode.BITS_32)).extracting(m -> m.stride(View.ROTATE_90)).containsExactly(8L << 10, 8L << 10, 16L << 10);
    }

    /** The picture as a device sees it, element by element, by what the words mean. */
    private static int[] meant(View view, int w, int h, int row, int column) {
        return switch (view) {
            case AS_IS -> new int[] {column, row};
            case REFLECT_X -> new int[] {w - 1 - column, row};
            case REFLECT_Y -> new int[] {column, h - 1 - row};
            case ROTATE_180 -> new int[] {w - 1 - column, h - 1 - row};
            case TRANSPOSE -> new int[] {row, column};
            case ROTATE_90 -> new int[] {row, h - 1 - column};
            case ROTATE_270 -> new int[] {w - 1 - row, column};
            case ANTI_TRANSPOSE -> new int[] {w - 1 - row, h - 1 - column};
        };
    }

    @ParameterizedTest
    @EnumSource(View.class)
    void linesGoThroughTheBlockAsTheViewsNameSays(View view) {
        for (Mode mode : List.of(Mode.BITS_8, Mode.BITS_16, Mode.BITS_32)) {
            Block block = new Block(mode, new Area(250, 3, 2, 1));
            int w = 2 * mode.slotWidth();
            int h = mode.slotHeight();
            Lines seen = block.seen(view);
            assertThat(seen.count()).isEqualTo(view.swap() ? w : h);
            assertThat(seen.size()).isEqualTo((long) (view.swap() ? h : w) * mode.bytes());
            for (int row = 0; row < seen.count(); row++) {
                for (int column = 0; column < seen.size() / mode.bytes(); column++) {
                    int[] at = meant(view, w, h, row, column);
                    assertThat(seen.dma() + row * seen.pitch() + (long) column * mode.bytes()).as("%s %s row %d column %d", mode, view, row, column)
                            .isEqualTo(Block.space(view) + mode.address(250 * mode.slotWidth() + at[0], 3 * mode.slotHeight() + at[1], view));
                }
            }
        }
    }

    @Test
    void anAddressLeadsBackToItsSlot() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("AddressTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            Mode mode = Mode.values()[random.nextInt(4)];
            View view = View.values()[random.nextInt(8)];
            int x = random.nextInt(mode.width());
            int y = random.nextInt(mode.height());
            int slot = y / mode.slotHeight() * Mode.COLUMNS + x / mode.slotWidth();
            assertThat(Block.slotAt(Block.space(view) + mode.address(x, y, view))).as("%s %s %d,%d", mode, view, x, y).isEqualTo(slot);
        }
        List<Long> elsewhere = new ArrayList<>(List.of(0L, Block.SYSTEM - 1, Block.SYSTEM + (1L << 29), 0x8000_0000L, 2 * Block.TILER));
        assertThat(elsewhere).allSatisfy(a -> assertThat(Block.slotAt(a)).isEqualTo(-1));
    }
}
