package sharebuf.app.lend;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Lent;
import sharebuf.format.PixelFormat;

/**
 * What all buffers of a lender are.
 *
 * <p>Immutable.
 *
 * @param format of the pixels, with as many objects as were offered
 * @param raster the picture
 * @param kind what the descriptors are
 */
record Offer(PixelFormat format, Raster raster, Lent.Kind kind) {

    /**
     * Looks whether buffers are equal and of a kind that can be read here.
     *
     * @param offers at least one
     * @throws IOException saying what does not fit
     */
    static Offer of(List<Wire.Buffer> offers) throws IOException {
        Wire.Buffer first = offers.getFirst();
        for (Wire.Buffer b : offers) {
            boolean equal = b.fourcc().equals(first.fourcc()) && b.width() == first.width() && b.height() == first.height() && b.planes().equals(first.planes())
                    && b.objects().stream().map(Wire.Place::size).toList().equals(first.objects().stream().map(Wire.Place::size).toList());
            if (!equal) {
                throw new IOException("buffers " + first.id() + " and " + b.id() + " differ");
            }
        }
        if (offers.size() > BufferSpec.MAX_COUNT || offers.stream().map(Wire.Buffer::id).distinct().count() < offers.size()) {
            throw new IOException(offers.size() + " buffers, some with the same number or more than " + BufferSpec.MAX_COUNT);
        }
        List<Lent.Kind> kinds = offers.stream().flatMap(b -> b.objects().stream()).map(Wire.Place::kind).distinct().toList();
        if (kinds.size() > 1) {
            throw new IOException("dma-bufs and memfds in one set");
        }
        Optional<PixelFormat> format = PixelFormat.known().stream()
                .filter(f -> f.drmFourcc() == PixelFormat.fourcc(first.fourcc()) && f.objects() == first.objects().size() && f.planes().size() == first.planes().size()).findFirst();
        if (format.isEmpty()) {
            throw new IOException("format " + first.fourcc() + " of " + first.objects().size() + " objects and " + first.planes().size() + " planes; known: " + PixelFormat.known());
        }
        if (first.width() < Stamp.MIN_WIDTH || first.height() < Stamp.LINES) {
            throw new IOException("pictures of " + first.width() + "x" + first.height() + ", too small for a frame's number");
        }
        Raster raster = new Raster(format.get(), first.width(), first.height());
        for (int p = 0; p < first.planes().size(); p++) {
            if (first.planes().get(p).pitch() < raster.rowBytes(p) || first.planes().get(p).rows() < raster.rows(p)) {
                throw new IOException("plane " + p + " " + first.planes().get(p) + ": no room for the picture");
            }
        }
        return new Offer(format.get(), raster, kinds.getFirst());
    }
}
