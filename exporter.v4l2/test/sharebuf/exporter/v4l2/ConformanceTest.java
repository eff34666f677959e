package sharebuf.exporter.v4l2;

import java.lang.annotation.Annotation;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceException;
import sharebuf.tck.GrantedCases;
import sharebuf.tck.GrantedSubject;
import sharebuf.tck.MmapVideo;
import sharebuf.tck.TestDriver;

class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> conforms() {
        return Stream.of(false, true).flatMap(multiplanar -> GrantedCases.all(2026).stream()
                .map(c -> DynamicTest.dynamicTest(c.name() + (multiplanar ? ", multi-planar" : ""), () -> c.run(of(multiplanar)))));
    }

    private static GrantedSubject of(boolean multiplanar) {
        return new GrantedSubject() {
            @Override
            public Optional<TestDriver> driver() {
                return Optional.of(new MmapVideo(multiplanar));
            }

            @Override
            public Allocator open(MemoryRegion region, Optional<TestDriver> driver) throws DeviceException {
                return new V4l2Exporter(region, driver.orElseThrow(), new Auto());
            }
        };
    }

    private static final class Auto implements Config {
        @Override
        public String queue() {
            return "auto";
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Config.class;
        }
    }
}
