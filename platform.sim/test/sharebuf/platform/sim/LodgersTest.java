package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LodgersTest {
    private static final long PATTERN = 0x0123_4567_89AB_CDEFL;

    @ParameterizedTest
    @ValueSource(longs = {8, 64, 4096, 3 * 4096, 64 << 10})
    void shouldFillAGranuleAndNothingElse(long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(size + 16, 8).fill((byte) 0x55);
            Lodgers.fill(memory.asSlice(8, size), new long[(int) size / 8], PATTERN);
            for (long at = 8; at < size + 8; at += 8) {
                assertThat(memory.get(ValueLayout.JAVA_LONG, at)).isEqualTo(PATTERN);
            }
            assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x5555_5555_5555_5555L);
            assertThat(memory.get(ValueLayout.JAVA_LONG, size + 8)).isEqualTo(0x5555_5555_5555_5555L);
        }
    }
}
