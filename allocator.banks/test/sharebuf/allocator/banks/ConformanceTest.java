package sharebuf.allocator.banks;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sharebuf.placing.RegionOption;
import sharebuf.tck.AllocatorCases;

class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> conforms() {
        return AllocatorCases.all(2026).stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(region -> new Bank(region, false, RegionOption.NONE))));
    }
}
