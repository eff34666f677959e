package sharebuf.app.lend;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.app.media.Stamp;
import sharebuf.linux.Descriptor;

/**
 * The taker's end of one conversation: looks at every frame and gives it back.
 *
 * <p>Confined to one thread.
 */
final class Borrowing {
    private static final Duration STALL = Duration.ofSeconds(30);
    private static final int NOTES = 8;

    private final Channel channel;
    private final Open open;
    private final List<Wire.Buffer> offers = new ArrayList<>();
    private final List<List<Descriptor>> descriptors = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long received;
    private long whole;
    private long torn;
    private long lost;
    private long next;
    private boolean ended;
    private Optional<String> failure = Optional.empty();

    /** How the lender's memory is opened. */
    interface Open {
        Borrowed open(List<Wire.Buffer> offers, List<List<Descriptor>> descriptors) throws IOException;
    }

    Borrowing(Channel channel, Open open) {
        this.channel = channel;
        this.open = open;
    }

    /**
     * Takes frames until the lender ends; what goes wrong is kept.
     *
     * @param name who takes them
     * @param most leave after so many frames
     */
    void run(String name, long most) throws InterruptedException {
        try {
            channel.send(new Wire.Take(name), List.of(), STALL);
            Wire first = offers();
            try (Borrowed borrowed = open.open(offers, descriptors)) {
                descriptors.forEach(d -> d.forEach(Descriptor::close)); // what was opened has its own
                play(borrowed, first, most);
            }
        } catch (IOException e) {
            failure = Optional.of(e.getMessage());
        } finally {
            descriptors.forEach(d -> d.forEach(Descriptor::close));
        }
    }

    private Wire offers() throws IOException, InterruptedException {
        while (true) {
            Channel.Received r = hear();
            if (!(r.message() instanceof Wire.Buffer b)) {
                if (offers.isEmpty()) {
                    throw new IOException("the lender said " + r.message() + " before it offered a buffer");
                }
                return r.message();
            }
            offers.add(b);
            descriptors.add(r.descriptors());
        }
    }

    private void play(Borrowed borrowed, Wire first, long most) throws IOException, InterruptedException {
        Wire message = first;
        while (!(message instanceof Wire.End)) {
            if (!(message instanceof Wire.Frame(long buffer, long number))) {
                throw new IOException("the lender said " + message + " among frames");
            }
            look(borrowed.read(buffer), number);
            channel.send(new Wire.Release(buffer, number), List.of(), STALL);
            if (received >= most) {
                return;
            }
            message = hear().message();
        }
        ended = true;
    }

    private void look(Stamp.Reading reading, long number) {
        received++;
        if (number != next) {
            lost += Math.max(0, number - next);
            note("frame " + number + " came where " + next + " was due");
        }
        next = number + 1;
        if (reading.equals(new Stamp.Reading.Whole(number))) {
            whole++;
        } else {
            torn++;
            note("frame " + number + ": found " + reading);
        }
    }

    private void note(String note) {
        if (notes.size() < NOTES) {
            notes.add(note);
        }
    }

    private Channel.Received hear() throws IOException, InterruptedException {
        return channel.receive(STALL).orElseThrow(() -> new IOException("the lender said nothing for " + STALL.toSeconds() + " s"));
    }

    List<Wire.Buffer> buffers() {
        return List.copyOf(offers);
    }

    long received() {
        return received;
    }

    long whole() {
        return whole;
    }

    long torn() {
        return torn;
    }

    long lost() {
        return lost;
    }

    /** Whether the lender said that there are no more. */
    boolean ended() {
        return ended;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    Optional<String> failure() {
        return failure;
    }
}
