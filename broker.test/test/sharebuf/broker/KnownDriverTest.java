package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.plugin.KnownDriver;
import sharebuf.plugin.KnownDriver.Imports;

/** Capabilities of other people's bundles: what makes sense is read, nonsense is told, and two opinions merge in any order. */
class KnownDriverTest {
    private static KnownDriver read(Object... pairs) {
        Map<String, Object> attributes = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            attributes.put(pairs[i].toString(), pairs[i + 1]);
        }
        return KnownDriver.of(attributes);
    }

    @Test
    void everyAttributeIsRead() {
        assertThat(read("driver", "acme", "imports", "contiguous", "maskBits", 32L, "source", "a trial"))
                .isEqualTo(new KnownDriver("acme", Imports.CONTIGUOUS, false, OptionalInt.of(32), "a trial"));
        assertThat(read("driver", "acme", "maskBits", "40").mask()).hasValue((1L << 40) - 1);
        assertThat(read("driver", "acme", "maskBits", 64).mask()).hasValue(-1);
        assertThat(read("driver", "acme")).isEqualTo(new KnownDriver("acme", Imports.UNKNOWN, false, OptionalInt.empty(), ""));
    }

    @Test
    void whoGivesToItselfOnlyStaysSoWhateverOthersSay() {
        KnownDriver own = read("driver", "acme", "gives", "own", "source", "a");
        assertThat(own.givesToItself()).isTrue();
        assertThat(own.and(read("driver", "acme", "imports", "any", "source", "b")).givesToItself()).isTrue();
        assertThat(read("driver", "acme", "imports", "own").givesToItself()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"imports, sometimes", "maskBits, wide", "maskBits, 65", "maskBits, 999", "gives, any", "driver, ''"})
    void nonsenseIsTold(String key, String value) {
        Map<String, Object> attributes = new HashMap<>(Map.of("driver", "acme"));
        attributes.put(key, value);
        assertThatThrownBy(() -> KnownDriver.of(attributes)).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("driver", value);
    }

    @Test
    void aNumberThatIsNoWidthIsTold() {
        assertThatThrownBy(() -> read("driver", "acme", "maskBits", -1L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("driver", "acme", "maskBits", Long.MAX_VALUE)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> read("driver", "acme", "maskBits", List.of(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void opinionsMergeToTheMoreDemandingInAnyOrder() {
        List<KnownDriver> said = List.of(read("driver", "acme", "imports", "any", "maskBits", 40, "source", "a"),
                read("driver", "acme", "imports", "contiguous", "source", "b"), read("driver", "acme", "maskBits", 36, "source", "c"), read("driver", "acme"));
        for (KnownDriver x : said) {
            assertThat(x.and(x)).isEqualTo(x);
            for (KnownDriver y : said) {
                assertThat(x.and(y)).isEqualTo(y.and(x));
                assertThat(x.and(y).imports()).isGreaterThanOrEqualTo(x.imports());
            }
        }
        assertThat(said.stream().reduce(KnownDriver::and).orElseThrow().maskBits()).hasValue(36);
        assertThatThrownBy(() -> said.getFirst().and(read("driver", "other"))).isInstanceOf(IllegalArgumentException.class);
    }
}
