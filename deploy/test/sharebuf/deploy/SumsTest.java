package sharebuf.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SumsTest {
    private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(64);

    @ParameterizedTest
    @CsvSource({"0x30000000 - 256MiB, 0x20000000", "1GiB + 4KiB - 4KiB, 0x40000000", "7, 7", "0xffffffffffffffff, 0xffffffffffffffff"})
    void addsUp(String text, String expected) {
        assertThat(Sums.parse(text)).isEqualTo(Long.decode(expected.equals("0xffffffffffffffff") ? "-1" : expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1 -", "- 1", "1 - 2", "0xffffffffffffffff + 1", "1MB", "1 * 2", "0x", "-1", "1--1"})
    void refusesWhatIsNoQuantityOrLeavesTheRange(String text) {
        assertThatThrownBy(() -> Sums.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void agreesWithBigIntegers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            BigInteger value = BigInteger.ZERO;
            boolean inside = true;
            StringBuilder text = new StringBuilder();
            int terms = 1 + random.nextInt(4);
            for (int i = 0; i < terms; i++) {
                BigInteger term = new BigInteger(1 + random.nextInt(64), random);
                boolean plus = i == 0 || random.nextBoolean();
                text.append(i == 0 ? "" : plus ? " + " : " - ").append(random.nextBoolean() ? term.toString() : "0x" + term.toString(16));
                value = plus ? value.add(term) : value.subtract(term);
                inside &= value.signum() >= 0 && value.compareTo(LIMIT) < 0;
            }
            if (inside) {
                accepted++;
                assertThat(Long.toUnsignedString(Sums.parse(text.toString()))).as("%s, seed %d", text, seed).isEqualTo(value.toString());
            } else {
                assertThatThrownBy(() -> Sums.parse(text.toString())).as("%s, seed %d", text, seed)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThat(accepted).as("rounds that were in range, seed %d", seed).isGreaterThan(1_000);
    }

    @Test
    void writesWhatItReads() {
        for (long value : new long[] {0, 1, 4096, 1L << 30, 0x20001000L, -1, 3L << 40}) {
            assertThat(Sums.parse(Sums.text(value))).isEqualTo(value);
        }
    }
}
