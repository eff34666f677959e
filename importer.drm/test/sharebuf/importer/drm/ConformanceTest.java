package sharebuf.importer.drm;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.tck.ImporterCases;
import sharebuf.tck.ImporterSubject;
import sharebuf.tck.ImportingCard;
import sharebuf.tck.TestDevice;

class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> conforms() {
        return Stream.of(false, true).flatMap(display -> ImporterCases.all(2026).stream()
                .map(c -> DynamicTest.dynamicTest(c.name() + (display ? ", with a display" : ""), () -> c.run(of(display)))));
    }

    private static ImporterSubject of(boolean display) {
        return new ImporterSubject() {
            @Override
            public List<Supplier<TestDevice>> devices() {
                return List.of(() -> new ImportingCard(display));
            }

            @Override
            public Importer open(TestDevice device, Fences fences, Notes notes) throws DeviceException {
                return new DrmImporter(device, fences, notes, new Defaults(device.device().name()));
            }
        };
    }

    private record Defaults(String sharebuf_device) implements Config {
        @Override
        public int pitchAlign() {
            return 0;
        }

        @Override
        public int heightAlign() {
            return 1;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Config.class;
        }
    }
}
