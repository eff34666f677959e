package sharebuf.importer.v4l2;

import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Format;

/**
 * Whether the driver would read and write pictures where their layout says that they are. V4L2 cannot be told where chroma begins in
 * an object; a driver given another layout than its own shows wrong colours and no error, so it is asked before.
 */
final class LayoutCheck {
    private final String pid;
    private final UseId use;
    private final QueueFormats formats;
    private final boolean coupled;

    /**
     * Checks for one queue.
     *
     * @param pid of the configuration that a fix names
     * @param use of the queue
     * @param formats what the queue takes
     * @param coupled whether its format follows from another queue, as at a codec: then the driver may answer for that picture, which
     *        says nothing about this one
     */
    LayoutCheck(String pid, UseId use, QueueFormats formats, boolean coupled) {
        this.pid = pid;
        this.use = use;
        this.formats = formats;
        this.coupled = coupled;
    }

    Outcome<Outcome.Done> check(Attached attached, Alignment.Trial trial, boolean multiplanar) {
        Layout layout = attached.layout();
        int most = multiplanar ? V4l2.VIDEO_MAX_PLANES : 1;
        if (layout.objects().size() > most) {
            return no("objects of a buffer", layout.objects().size(), "at most " + most,
                multiplanar ? "" : attached.spec().format().map(f -> "--format " + f.base()).orElse(""));
        }
        for (int i = 0; i < layout.objects().size(); i++) {
            if (layout.objects().get(i) >>> 32 != 0) {
                return no("bytes of object " + i, layout.objects().get(i), "less than 4GiB, the length of v4l2_plane", "");
            }
        }
        Optional<PixelFormat> format = attached.spec().format().flatMap(f -> variant(f, layout.objects().size()));
        if (format.isEmpty()) {
            return attached.spec().format().isEmpty() ? Outcome.ok()
                : no("objects of a buffer", layout.objects().size(), "a variant of " + attached.spec().format().get(), "");
        }
        try {
            return compare(attached, format.get(), trial);
        } catch (DeviceException e) {
            return Outcome.no(new Refusal(e.errno(), use.device(), use.use(), "format", e.getMessage(), format.get().name(), "", List.of()));
        }
    }

    private Outcome<Outcome.Done> compare(Attached attached, PixelFormat format, Alignment.Trial trial) throws DeviceException {
        Layout layout = attached.layout();
        int width = attached.spec().width();
        int height = attached.spec().height();
        long pitch = layout.planes().getFirst().pitch();
        Format got = trial.ask(format, width, height, pitch);
        boolean same = got.format().equals(Optional.of(format)) && got.width() == width && got.height() == height;
        if (!same && coupled) {
            return Outcome.ok();
        }
        if (!got.format().equals(Optional.of(format))) {
            return no("format", format, got.format().map(PixelFormat::name).orElse("a bitstream"), "--format "
                + got.format().map(f -> f.base().name()).orElse(""));
        }
        if (got.width() != width || got.height() != height) {
            return no("size", width + "x" + height, got.width() + "x" + got.height(), "--size " + got.width() + "x" + got.height());
        }
        if (got.planes().getFirst().bytesPerLine() != pitch) {
            long needed = got.planes().getFirst().bytesPerLine();
            return no("pitch of the first plane", pitch, needed, needed > pitch ? pid + ": pitchAlign=" + needed : "");
        }
        if (got.planes().size() != layout.objects().size()) {
            return no("objects of a buffer", layout.objects().size(), got.planes().size(), "");
        }
        for (int i = 0; i < layout.objects().size(); i++) {
            if (Alignment.wholePages(layout.objects().get(i)) < got.planes().get(i).sizeImage()) {
                return no("bytes of object " + i, layout.objects().get(i), got.planes().get(i).sizeImage(), pid + ": heightAlign="
                    + Math.ceilDiv(got.planes().get(i).sizeImage(), pitch));
            }
        }
        List<PlaneLayout> needed = Alignment.layout(format, got, formats.heightAlign(format, width, height)).planes();
        for (int i = 0; i < needed.size(); i++) {
            if (layout.planes().get(i).offset() != needed.get(i).offset()) {
                return no("offset of plane " + i, layout.planes().get(i).offset(), needed.get(i).offset(),
                    format.planes().size() > 1 ? "--format " + format.name() + "M" : "");
            }
        }
        return Outcome.ok();
    }

    private Outcome<Outcome.Done> no(String constraint, Object found, Object needed, String fix) {
        return Outcome.no(Refusal.of(Errno.EINVAL, constraint, found.toString(), needed.toString()).about(use.device(), use.use()).fixedBy(fix));
    }

    /** The format of the same pixels in so many objects. */
    static Optional<PixelFormat> variant(PixelFormat format, int objects) {
        return PixelFormat.known().stream().filter(f -> f.base().equals(format.base()) && f.objects() == objects).findFirst();
    }
}
