package sharebuf.app.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;
import sharebuf.format.PixelFormat;

class MemoryTest {
    private static final BufferSpec SPEC = BufferSpec.picture(PixelFormat.named("NV12M").orElseThrow(), 64, 64);
    private static final List<String> REGIONS = List.of("pool", "system");

    @Test
    void anObjectThatIsNotNamedLiesAnywhere() throws WrongCall {
        assertThat(Memory.parse("0=system").in(SPEC, REGIONS).regions().toString()).isEqualTo("{0=[system]}");
        assertThat(Memory.parse("1=pool|system, 0=pool").in(SPEC, REGIONS).regions().toString()).isEqualTo("{0=[pool], 1=[pool, system]}");
        assertThat(Memory.ANY.in(SPEC, REGIONS)).isEqualTo(SPEC);
    }

    @Test
    void aRegionAloneIsForEveryObject() throws WrongCall {
        assertThat(Memory.parse("pool").in(SPEC, REGIONS).regions()).hasSize(2).containsKeys(0, 1);
        assertThat(Memory.parse("pool,1=system").in(SPEC, REGIONS).regions().get(1)).containsExactly("system");
    }

    @Test
    void aRegionThatIsNotThereIsTold() {
        assertThatThrownBy(() -> Memory.parse("0=cma").in(SPEC, REGIONS)).isInstanceOf(WrongCall.class).hasMessageContaining("cma")
                .hasMessageContaining("pool, system");
    }

    @Test
    void anObjectThatThePictureLacksIsTold() {
        assertThatThrownBy(() -> Memory.parse("0=pool,2=system").in(SPEC, REGIONS)).isInstanceOf(WrongCall.class).hasMessageContaining("2=system")
                .hasMessageContaining("from 0 to 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "0=", "9=pool", "pool,system", "0=pool,0=system", "a=b=c", "pool|"})
    void whatSaysNothingIsRefused(String text) {
        assertThatThrownBy(() -> Memory.parse(text)).isInstanceOf(WrongCall.class).hasMessageContaining("0=system,1=pool");
    }
}
