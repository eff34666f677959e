package sharebuf.importer.v4l2;

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
import sharebuf.tck.ImportingVideo;
import sharebuf.tck.TestDevice;

class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> conforms() {
        return Stream.of(ImportingVideo.Kind.values()).flatMap(kind -> ImporterCases.all(2026).stream().map(c -> DynamicTest.dynamicTest(c.name() + " " + kind, () -> c.run(of(kind)))));
    }

    private static ImporterSubject of(ImportingVideo.Kind kind) {
        return new ImporterSubject() {
            @Override
            public List<Supplier<TestDevice>> devices() {
                return List.of(() -> new ImportingVideo(kind));
            }

            @Override
            public Importer open(TestDevice device, Fences fences, Notes notes) throws DeviceException {
                return new V4l2Importer(device, fences, notes, new Defaults(device.device().name()));
            }
        };
    }

    private record Defaults(String sharebuf_device) implements Config {
        @Override
        public String connector() {
            return "";
        }

        @Override
        public int pitchAlign() {
            return 0;
        }

        @Override
        public int heightAlign() {
            return 0;
        }

        @Override
        public String[] regions() {
            return new String[0];
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Config.class;
        }
    }
}
