package sharebuf.importer.v4l2;

import java.util.List;
import java.util.stream.LongStream;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;

/** Attachments for tests. */
final class Given {
    private Given() {
    }

    static BufferId buffer(long number) {
        return new BufferId(number);
    }

    static Attached attached(long id, UseId use, PixelFormat format, long pitchAlign, long heightAlign, long first, int count) {
        List<BufferId> buffers = LongStream.range(first, first + count).mapToObj(BufferId::new).toList();
        return new Attached(id, use, BufferSpec.picture(format, 640, 480).count(count), Layout.linear(format, 640, 480, pitchAlign, heightAlign), buffers);
    }

    static Attached bytes(long id, UseId use, long size, long first, int count) {
        List<BufferId> buffers = LongStream.range(first, first + count).mapToObj(BufferId::new).toList();
        return new Attached(id, use, BufferSpec.bytes(size).count(count), Layout.ofBytes(size), buffers);
    }
}
