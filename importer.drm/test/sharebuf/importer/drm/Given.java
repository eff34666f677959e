package sharebuf.importer.drm;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.stream.LongStream;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;

/** Attachments and configurations for tests. */
final class Given {
    static final UseId USE = new UseId("display", "display");

    private Given() {
    }

    static BufferId buffer(long number) {
        return new BufferId(number);
    }

    static Attached attached(long id, PixelFormat format, long first, int count) {
        List<BufferId> buffers = LongStream.range(first, first + count).mapToObj(BufferId::new).toList();
        return new Attached(id, USE, BufferSpec.picture(format, 640, 480).count(count), Layout.linear(format, 640, 480, 64, 1), buffers);
    }

    static Config config() {
        return new Config() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return Config.class;
            }

            @Override
            public String sharebuf_device() {
                return "display";
            }

            @Override
            public int pitchAlign() {
                return 1;
            }

            @Override
            public int heightAlign() {
                return 1;
            }
        };
    }

    static Panel panel(FakeCard card, CountedFences fences) throws Exception {
        return panel(card, fences, new KeptNotes());
    }

    static Panel panel(FakeCard card, CountedFences fences, KeptNotes notes) throws Exception {
        return new Panel(card, USE, ScreenProbe.of(card, 0).orElseThrow(), fences, notes, System::nanoTime);
    }
}
