package sharebuf.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
    @Test
    void aHigherAddressIsHigherUpAndAllOfItIsOnThePaper() {
        Scale scale = new Scale(new TreeSet<>(List.of(0L, 0x2000_0000L, 0x3000_0000L, 0x3400_0000L, 0xfc00_0000L)), 100, 500);
        double below = scale.y(0);
        assertThat(below).isEqualTo(600);
        for (long address = 1 << 20; address <= 0xfc00_0000L; address += 1 << 20) {
            double y = scale.y(address);
            assertThat(y).isLessThan(below).isGreaterThanOrEqualTo(99.999);
            below = y;
        }
        assertThat(scale.y(Long.MAX_VALUE)).isEqualTo(scale.y(0xfc00_0000L));
    }

    @Test
    void textIsEscaped() {
        Svg svg = new Svg();
        svg.text(0, 0, "", "a<b>&\"");
        assertThat(svg.document(10, 10, "<t>")).contains("a&lt;b&gt;&amp;&quot;").contains("<title>&lt;t&gt;</title>");
    }
}
