package sharebuf.app.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What became of all frames: each is delivered (every reader that it was meant for got it whole), torn (some reader got a part of it),
 * or lost.
 *
 * <p>Immutable.
 *
 * @param total how many there were
 * @param delivered how many reached every reader whole
 * @param lost how many did not reach some reader
 * @param torn how many were torn at some reader
 * @param notes which frames, and where, the first few
 */
public record Verdict(long total, long delivered, long lost, long torn, List<String> notes) {
    private static final int RUNS = 12;

    /** Copies. */
    public Verdict {
        notes = List.copyOf(notes);
    }

    /**
     * Judges.
     *
     * @param total how many frames there were
     * @param witnesses everybody who looked
     * @return the verdict
     */
    public static Verdict of(long total, Collection<? extends Books> witnesses) {
        long delivered = 0;
        long torn = 0;
        for (long frame = 0; frame < total; frame++) {
            boolean hole = false;
            boolean tear = false;
            for (Books witness : witnesses) {
                Books.Fate fate = witness.fate(frame);
                tear |= fate == Books.Fate.TORN;
                hole |= fate == Books.Fate.LOST;
            }
            delivered += tear || hole ? 0 : 1;
            torn += tear ? 1 : 0;
        }
        List<String> notes = new ArrayList<>();
        witnesses.forEach(w -> {
            notes.addAll(w.notes());
            holes(total, w, notes);
        });
        return new Verdict(total, delivered, total - delivered - torn, torn, notes);
    }

    /** Lost frames of one reader, neighbours together. */
    private static void holes(long total, Books witness, List<String> notes) {
        List<String> runs = new ArrayList<>();
        long count = 0;
        for (long frame = 0; frame < total; frame++) {
            long first = frame;
            while (frame < total && witness.fate(frame) == Books.Fate.LOST) {
                frame++;
            }
            if (frame > first) {
                count += frame - first;
                runs.add(frame - first == 1 ? Long.toString(first) : first + "-" + (frame - 1));
            }
        }
        if (count > 0) {
            String list = String.join(", ", runs.subList(0, Math.min(RUNS, runs.size()))) + (runs.size() > RUNS ? ", …" : "");
            notes.add((count == 1 ? "frame " : "frames ") + list + " lost at " + witness.reader());
        }
    }

    /**
     * Whether nothing went wrong.
     *
     * @return true without loss and tear
     */
    public boolean clean() {
        return lost == 0 && torn == 0;
    }
}
