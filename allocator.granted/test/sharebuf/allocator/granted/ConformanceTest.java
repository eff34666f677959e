package sharebuf.allocator.granted;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;
import sharebuf.tck.GrantedCases;
import sharebuf.tck.GrantedSubject;
import sharebuf.tck.TestDriver;

class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> conforms() {
        return GrantedCases.all(2026).stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(new GrantedSubject() {
            @Override
            public Optional<TestDriver> driver() {
                return Optional.empty();
            }

            @Override
            public Allocator open(MemoryRegion region, Optional<TestDriver> driver) {
                return new GrantedAllocator(region);
            }
        })));
    }
}
