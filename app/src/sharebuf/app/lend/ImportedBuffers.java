package sharebuf.app.lend;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sharebuf.app.media.Stamp;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Foreign;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PlaneLayout;
import sharebuf.linux.Descriptor;

/** A lender's dma-bufs, imported as a set. */
final class ImportedBuffers implements Borrowed {
    private static final UseId CPU = new UseId("cpu", "cpu");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final BufferSet set;
    private final Map<Long, SharedBuffer> buffers = new HashMap<>();
    private final Pixels pixels;

    private ImportedBuffers(BufferSet set, List<Wire.Buffer> offers, Offer offer) {
        this.set = set;
        for (int i = 0; i < offers.size(); i++) {
            buffers.put(offers.get(i).id(), set.buffers().get(i));
        }
        pixels = new Pixels(offer.raster(), set.layout().planes());
    }

    /**
     * Imports them. The descriptors stay the caller's.
     *
     * @throws sharebuf.buffer.RefusedException when they are refused
     */
    static ImportedBuffers of(Session session, String giver, List<Wire.Buffer> offers, List<List<Descriptor>> descriptors) throws IOException {
        Offer offer = Offer.of(offers);
        Wire.Buffer first = offers.getFirst();
        // An object that begins behind the dma-buf's start is an object of all of it, whose planes begin later.
        List<Long> sizes = first.objects().stream().map(o -> o.offset() + o.size()).toList();
        List<PlaneLayout> planes = new ArrayList<>();
        for (PlaneLayout p : first.planes()) {
            planes.add(new PlaneLayout(p.object(), p.offset() + first.objects().get(p.object()).offset(), p.pitch(), p.rows()));
        }
        BufferSpec spec = BufferSpec.picture(offer.format(), first.width(), first.height()).count(offers.size());
        List<List<Integer>> numbers = descriptors.stream().map(d -> d.stream().map(Descriptor::number).toList()).toList();
        BufferSet set = session.importSet(new Foreign(giver, spec, new Layout(sizes, planes), numbers), List.of(CPU)).orThrow();
        return new ImportedBuffers(set, offers, offer);
    }

    @Override
    public Stamp.Reading read(long id) throws IOException {
        SharedBuffer buffer = buffers.get(id);
        if (buffer == null) {
            throw new IOException("the lender filled buffer " + id + ", which it did not offer");
        }
        try (CpuAccess access = buffer.beginCpuAccess(Access.READ, LIMIT).orThrow()) {
            return pixels.read(access::plane);
        }
    }

    @Override
    public void close() {
        set.close();
    }
}
