package sharebuf.app.lend;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sharebuf.app.media.Stamp;
import sharebuf.format.PlaneLayout;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;

/** A lender's memfds, mapped. */
final class MappedBuffers implements Borrowed {
    private final Arena arena = Arena.ofShared();
    private final Map<Long, List<MemorySegment>> objects = new HashMap<>();
    private final List<PlaneLayout> planes;
    private final Pixels pixels;

    /**
     * Maps them. The descriptors stay the caller's.
     *
     * @throws IOException when one is no sealed file of that size, or cannot be mapped
     */
    MappedBuffers(Libc libc, List<Wire.Buffer> offers, List<List<Descriptor>> descriptors) throws IOException {
        planes = offers.getFirst().planes();
        pixels = new Pixels(Offer.of(offers).raster(), planes);
        boolean done = false;
        try {
            for (int b = 0; b < offers.size(); b++) {
                List<MemorySegment> segments = new ArrayList<>();
                for (int o = 0; o < offers.get(b).objects().size(); o++) {
                    segments.add(map(libc, descriptors.get(b).get(o), offers.get(b).objects().get(o)));
                }
                objects.put(offers.get(b).id(), segments);
            }
            done = true;
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    /** A file that could shrink would take the pages from under the mapping, and this process with them. */
    private MemorySegment map(Libc libc, Descriptor file, Wire.Place place) throws IOException {
        int seals = libc.fcntl(file.number(), Libc.F_GET_SEALS, 0);
        if (seals < 0 || (seals & Libc.F_SEAL_SHRINK) == 0) {
            throw new IOException("a memfd that is not sealed against shrinking");
        }
        long size = libc.seek(file.number(), 0, Libc.SEEK_END);
        if (place.offset() % libc.page() != 0 || place.offset() > size - place.size()) {
            throw new IOException(place + " of a memfd of " + size + " bytes: inside of it, from a multiple of " + libc.page());
        }
        try {
            return FilePiece.map(libc, List.of(new FilePiece(file, place.offset(), place.size())), arena);
        } catch (CallFailed e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Stamp.Reading read(long id) throws IOException {
        List<MemorySegment> segments = objects.get(id);
        if (segments == null) {
            throw new IOException("the lender filled buffer " + id + ", which it did not offer");
        }
        return pixels.read(p -> segments.get(planes.get(p).object()).asSlice(planes.get(p).offset(), planes.get(p).size()));
    }

    @Override
    public void close() {
        arena.close();
    }
}
