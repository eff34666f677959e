package sharebuf.exporter.tiler;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.tck.AllocatorCases;
import sharebuf.tck.ExporterCases;
import sharebuf.tck.ExporterSubject;
import sharebuf.tck.MapOpsCases;

/** The services of the bundle pass the kit as anybody's must. */
class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> theAllocatorConforms() {
        return AllocatorCases.all(2026).stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(ConformanceTest::allocator)));
    }

    private static Allocator allocator(MemoryRegion region) {
        return new TilerAllocator(region, new Books(), new TilerAllocator.Config() {
            @Override
            public boolean named() {
                return false;
            }

            @Override
            public String option() {
                return "";
            }

            @Override
            public int optionMost() {
                return 0;
            }

            @Override
            public Class<TilerAllocator.Config> annotationType() {
                return TilerAllocator.Config.class;
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> theMappingConforms() {
        return MapOpsCases.all(2026).stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(space -> mapOps())));
    }

    private static DmaMapOps mapOps() {
        return new TilerMapOps(new Books(), new TilerMapOps.Config() {
            @Override
            public String region() {
                return "tiler";
            }

            @Override
            public String[] views() {
                return new String[0];
            }

            @Override
            public Class<TilerMapOps.Config> annotationType() {
                return TilerMapOps.Config.class;
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> theExporterConforms() {
        return ExporterCases.all(2026).stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(new ExporterSubject() {
            @Override
            public Exporter open(String name) {
                return new TilerExporter(config());
            }

            @Override
            public List<Request> wanted() {
                return List.of(picture(PixelFormat.NV12, 640, 360, Map.of(0, "tiler")), picture(PixelFormat.NV12M, 1920, 1080, Map.of(0, "tiler", 1, "tiler")),
                        picture(PixelFormat.XRGB8888, 100, 30, Map.of(0, "tiler")));
            }
        })));
    }

    static TilerExporter.Config config() {
        return new TilerExporter.Config() {
            @Override
            public String region() {
                return "tiler";
            }

            @Override
            public Class<TilerExporter.Config> annotationType() {
                return TilerExporter.Config.class;
            }
        };
    }

    /** The request for the first object of a picture whose objects must lie in regions. */
    static Request picture(PixelFormat format, int width, int height, Map<Integer, String> regions) {
        Layout usual = Layout.linear(format, width, height, 1, 1);
        DmaConstraints.Builder dma = DmaConstraints.builder();
        regions.forEach((object, region) -> dma.regions(object, List.of(region)));
        return new Request("test", BufferSpec.picture(format, width, height), 0, usual.objects().getFirst(), MemoryConstraints.translated(new UseId("display", "display"), dma.build()), Set.of(),
                Optional.of(usual));
    }
}
