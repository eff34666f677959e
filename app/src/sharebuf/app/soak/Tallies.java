package sharebuf.app.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Refusal;

/** What was counted: refusals, moves, damage. Thread-safe. */
final class Tallies {
    private static final int NOTES = 16;

    private final Map<String, Integer> refusals = new TreeMap<>();
    private final List<String> damage = new ArrayList<>();
    private long moves;
    private long bytesMoved;

    synchronized void refused(Refusal why) {
        refusals.merge(why.errno().name(), 1, Integer::sum);
    }

    synchronized void moved(List<MoveReport> more) {
        moves += more.size();
        bytesMoved += more.stream().mapToLong(MoveReport::bytes).sum();
    }

    synchronized long bytesMoved() {
        return bytesMoved;
    }

    /** Bytes are not what they should be. */
    synchronized void torn(String note) {
        if (damage.size() < NOTES) {
            damage.add(note);
        }
    }

    synchronized Map<String, Integer> refusals() {
        return new TreeMap<>(refusals);
    }

    synchronized long moves() {
        return moves;
    }

    synchronized List<String> damage() {
        return List.copyOf(damage);
    }
}
