package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.device.DmaConstraints;

/** Regions by use and plane, as a configuration says them. */
class PermittedTest {
    private static final DmaConstraints ANY = DmaConstraints.builder().align(8192).build();

    @Test
    void eachUseHasItsOwn() {
        Permitted permitted = Permitted.parse("here", new String[] {"capture.0=right", " capture.1=left|other ", "output=left"});
        assertThat(permitted.in("capture", ANY).regions()).hasToString("{0=[right], 1=[left, other]}");
        assertThat(permitted.in("capture", ANY).align()).isEqualTo(8192);
        assertThat(permitted.in("output", ANY).regions()).hasSize(8).containsKeys(0, 7);
        assertThat(permitted.in("camera", ANY)).isEqualTo(ANY);
        assertThat(permitted.in("capture", ANY.with().regions(0, List.of("top")).build()).regions()).as("an alternative may say better").hasToString("{0=[top], 1=[left, other]}");
        permitted.check(List.of("capture", "output"));
        assertThatIllegalArgumentException().isThrownBy(() -> permitted.check(List.of("camera"))).withMessageContaining("here").withMessageContaining("use capture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "capture", "capture=", "capture.0=left right", "=left", "capture.0=left|"})
    void whatSaysNothingIsTold(String item) {
        assertThatIllegalArgumentException().isThrownBy(() -> Permitted.parse("here", new String[] {item})).withMessageContaining("here: regions = " + item);
    }

    @Test
    void aPlaneIsSaidOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> Permitted.parse("here", new String[] {"capture=left", "capture.1=right"}))
            .withMessageContaining("plane 1 has another");
    }
}
