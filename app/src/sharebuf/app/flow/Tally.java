package sharebuf.app.flow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;

/**
 * The books of a set whose pictures carry no stamp. A frame that came back from its writer has a checksum; it is whole when the buffer
 * still has it after every reader let go. What lies in between is for the CPU to read only.
 *
 * <p>Thread-safe: each buffer is one thread's at a time.
 */
final class Tally implements Books {
    private static final int NOTES = 8;
    private static final int NOTHING = -1;

    private final String writer;
    private final long[] numbers;
    private final int[] checksums;
    private final BitSet whole = new BitSet();
    private final BitSet torn = new BitSet();
    private final List<String> notes = new ArrayList<>();

    /** The books of what a writer fills. */
    Tally(String writer, int buffers) {
        this.writer = writer;
        numbers = IntStream.range(0, buffers).mapToLong(i -> NOTHING).toArray();
        checksums = new int[buffers];
    }

    /** Maps every buffer once, before frames flow: the first access of each is slow, and a camera does not wait. */
    void prepare(List<SharedBuffer> buffers) {
        buffers.forEach(Tally::checksum);
    }

    /** A buffer came back from its writer, and no reader has it yet. */
    void filled(int index, long number, boolean error, SharedBuffer buffer) {
        numbers[index] = number;
        if (error) {
            tear(number, "its driver says that the bytes are damaged");
        } else {
            checksums[index] = checksum(buffer);
        }
    }

    /** Every reader let go of a buffer. */
    void released(int index, SharedBuffer buffer) {
        long number = numbers[index];
        if (number == NOTHING || isTorn(number)) {
            return;
        }
        numbers[index] = NOTHING;
        int now = checksum(buffer);
        if (now == checksums[index]) {
            synchronized (this) {
                whole.set(Math.toIntExact(number));
            }
        } else {
            HexFormat hex = HexFormat.of();
            tear(number, "checksum 0x" + hex.toHexDigits(checksums[index]) + " when it was filled, 0x" + hex.toHexDigits(now) + " when the last reader let go");
        }
    }

    /** Frames did not come though the writer had buffers for them: no reader is to blame. */
    synchronized void skipped(long first, long last, int buffers) {
        if (notes.size() < NOTES) {
            notes.add((first == last ? "frame " + first : "frames " + first + "-" + last) + " skipped by " + writer + " itself, which had " + buffers
                    + (buffers == 1 ? " buffer" : " buffers") + " to fill");
        }
    }

    private static int checksum(SharedBuffer buffer) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.READ, Limits.STALL).orThrow()) {
            int sum = 0;
            for (int i = 0; i < buffer.layout().objects().size(); i++) {
                sum = 31 * sum + Bitstream.checksum(access.object(i));
            }
            return sum;
        }
    }

    private synchronized boolean isTorn(long number) {
        return torn.get(Math.toIntExact(number));
    }

    private synchronized void tear(long number, String why) {
        torn.set(Math.toIntExact(number));
        if (notes.size() < NOTES) {
            notes.add("frame " + number + " torn at " + writer + ": " + why);
        }
    }

    @Override
    public String reader() {
        return writer;
    }

    @Override
    public synchronized Fate fate(long frame) {
        return torn.get((int) frame) ? Fate.TORN : whole.get((int) frame) ? Fate.WHOLE : Fate.LOST;
    }

    @Override
    public synchronized List<String> notes() {
        return List.copyOf(notes);
    }
}
