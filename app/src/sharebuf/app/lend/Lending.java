package sharebuf.app.lend;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import sharebuf.app.media.Bars;
import sharebuf.app.media.Raster;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Lent;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.format.PixelFormat;
import sharebuf.linux.UnixSocket;

/**
 * The lender's end of one conversation: colour bars drawn by the CPU into the buffers of a set, each frame handed to the taker and
 * awaited back.
 *
 * <p>Confined to one thread.
 */
final class Lending {
    /** A taker that says nothing for so long is given up. */
    static final Duration STALL = Duration.ofSeconds(10);

    private final Channel channel;
    private final BufferSet set;
    private final Map<Long, SharedBuffer> buffers = new HashMap<>();
    private final Map<Long, Long> outside = new HashMap<>();
    private final ArrayDeque<Long> free = new ArrayDeque<>();
    private final List<Lent> lents = new ArrayList<>();
    private String taker = "";
    private long sent;
    private long released;
    private Optional<String> failure = Optional.empty();

    Lending(Channel channel, BufferSet set) {
        this.channel = channel;
        this.set = set;
    }

    /**
     * Lends so many frames; what goes wrong is kept.
     *
     * @param frames how many
     * @param nanos from one frame to the next, 0 as fast as they come back
     */
    void run(long frames, long nanos) throws InterruptedException {
        try {
            greet();
            offer();
            play(frames, nanos);
            channel.send(new Wire.End(), List.of(), STALL);
            farewell();
        } catch (Channel.Gone e) {
            failure = released < sent || sent < frames ? Optional.of("the taker left with " + (sent - released) + " of " + sent + " frames, before frame " + sent) : Optional.empty();
        } catch (IOException e) {
            failure = Optional.of(e.getMessage());
        } finally {
            channel.close();
            lents.forEach(Lent::close);
        }
    }

    private void greet() throws IOException, InterruptedException {
        Wire first = hear().orElseThrow(() -> new IOException("nobody said who takes the frames"));
        if (!(first instanceof Wire.Take(String name))) {
            throw new IOException("the first message is 'take NAME', not " + first);
        }
        taker = name + channel.peer().map(UnixSocket.Peer::pid).map(pid -> " (pid " + pid + ")").orElse("");
    }

    private void offer() throws IOException, InterruptedException {
        PixelFormat format = set.spec().format().orElseThrow();
        for (SharedBuffer buffer : set.buffers()) {
            Lent lent = buffer.lend(taker).orThrow();
            lents.add(lent);
            long id = buffer.id().number();
            channel.send(new Wire.Buffer(id, fourcc(format), set.spec().width(), set.spec().height(),
                    lent.handles().stream().map(h -> new Wire.Place(h.kind(), h.offset(), h.size())).toList(), lent.layout().planes()),
                    lent.handles().stream().map(Lent.Handle::descriptor).toList(), STALL);
            buffers.put(id, buffer);
            free.add(id);
        }
    }

    static String fourcc(PixelFormat format) {
        int code = format.drmFourcc();
        return "" + (char) (code & 255) + (char) (code >> 8 & 255) + (char) (code >> 16 & 255) + (char) (code >>> 24);
    }

    private void play(long frames, long nanos) throws IOException, InterruptedException {
        BufferSpec spec = set.spec();
        Raster raster = new Raster(spec.format().orElseThrow(), spec.width(), spec.height());
        Pixels pixels = new Pixels(raster, set.layout().planes());
        Bars bars = new Bars();
        long due = System.nanoTime();
        for (long number = 0; number < frames; number++, due += nanos) {
            while (free.isEmpty()) {
                back();
            }
            for (long left = due - System.nanoTime(); nanos > 0 && left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    throw new InterruptedException("lending");
                }
            }
            long id = free.remove();
            long frame = number;
            // A taker's device may still read it: its fences are awaited here.
            try (CpuAccess access = buffers.get(id).beginCpuAccess(Access.WRITE, STALL).orThrow()) {
                pixels.write(frame, into -> bars.draw(frame, raster, into), access::plane);
            }
            channel.send(new Wire.Frame(id, number), List.of(), STALL);
            outside.put(id, number);
            sent++;
        }
    }

    private void back() throws IOException, InterruptedException {
        Wire message = hear().orElseThrow(() -> new IOException(taker + " gave none of " + outside.size() + " frames back for " + STALL.toSeconds() + " s"));
        if (!(message instanceof Wire.Release(long id, long number)) || !Long.valueOf(number).equals(outside.remove(id))) {
            throw new IOException(taker + " said " + message + ", which releases no frame of " + outside);
        }
        free.add(id);
        released++;
    }

    /** Waits for the rest, and for the taker to close: then it has nothing any more. */
    private void farewell() throws IOException, InterruptedException {
        while (!outside.isEmpty()) {
            back();
        }
        Optional<Wire> more = hear();
        throw new IOException(more.map(m -> taker + " said " + m + " after the end").orElse(taker + " did not close"));
    }

    private Optional<Wire> hear() throws IOException, InterruptedException {
        return channel.receive(STALL).map(r -> {
            r.descriptors().forEach(sharebuf.linux.Descriptor::close); // a taker has none to give
            return r.message();
        });
    }

    String taker() {
        return taker;
    }

    long sent() {
        return sent;
    }

    long released() {
        return released;
    }

    /** What went wrong. */
    Optional<String> failure() {
        return failure;
    }
}
