package sharebuf.broker.ledger;

import java.util.ArrayList;
import java.util.List;
import sharebuf.inventory.Snapshot.PinKind;

/**
 * Who outside of this process keeps a buffer where it is.
 *
 * <p>Thread-safe.
 */
public final class Pins {
    /**
     * One of them.
     *
     * @param kind why
     * @param who the taker, or the giver
     * @param session name of the session that lent or imported it
     * @param at where: class, method and line
     * @param sinceNanos when
     */
    public record Pin(PinKind kind, String who, String session, String at, long sinceNanos) {
        /**
         * How old it is.
         *
         * @return in milliseconds
         */
        public long ageMillis() {
            return (System.nanoTime() - sinceNanos) / 1_000_000;
        }

        @Override
        public String toString() {
            String what = switch (kind) {
                case LENT -> "lent to ";
                case LEFT -> "still open, once lent to ";
                case IMPORTED -> "imported from ";
            };
            return what + "'" + who + "' by session '" + session + "' at " + at + ", " + ageMillis() + " ms ago";
        }
    }

    private final List<Pin> pins = new ArrayList<>();
    private final List<Pin> past = new ArrayList<>();

    /**
     * Somebody keeps it.
     *
     * @param pin who
     */
    public synchronized void add(Pin pin) {
        pins.add(pin);
    }

    /**
     * Somebody says that it is back. What the kernel knows better is asked when the memory is to be used again.
     *
     * @param pin as added; another one is ignored
     */
    public synchronized void remove(Pin pin) {
        // By identity: two takers may look alike.
        for (int i = 0; i < pins.size(); i++) {
            if (pins.get(i) == pin) {
                past.add(pins.remove(i));
                return;
            }
        }
    }

    /**
     * Those that are over count again: the memory is still open somewhere.
     *
     * @return who had it
     */
    public synchronized List<Pin> left() {
        past.forEach(p -> pins.add(new Pin(PinKind.LEFT, p.who, p.session, p.at, p.sinceNanos)));
        past.clear();
        return List.copyOf(pins);
    }

    /**
     * Whether the memory may be used again only when nobody outside has it: it is ours and was lent.
     *
     * @return false for memory that is somebody else's, who uses it as he likes
     */
    public synchronized boolean mustComeBack() {
        return pins.stream().noneMatch(p -> p.kind == PinKind.IMPORTED) && !(past.isEmpty() && pins.isEmpty());
    }

    /**
     * Whether somebody outside may be working on it.
     *
     * @return true when it is lent or imported, or was
     */
    public synchronized boolean outside() {
        return !past.isEmpty() || !pins.isEmpty();
    }

    /**
     * Those that hold now.
     *
     * @return oldest first
     */
    public synchronized List<Pin> all() {
        return List.copyOf(pins);
    }
}
