package sharebuf.platform.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What was given back and may be given out again: the newest first, because its bytes are in the caches; the oldest is dropped when bytes
 * or number pass their bound.
 *
 * <p>Thread-safe. Its lock is the last that anybody takes; what is dropped is dropped without it.
 *
 * @param <K> what a thing must be equal in to be taken for another
 * @param <T> the things
 */
final class Magazine<K, T> {
    /** Descriptors are few (1024 a process by default), so the number is bounded too: one whole set of the largest count. */
    static final int MOST = 64;

    /**
     * One of them.
     *
     * @param key what it can stand for
     * @param owner who gave it back; 0 for nobody in particular
     * @param thing what it is
     * @param size bytes that it holds
     */
    record Kept<K, T>(K key, long owner, T thing, long size) {
    }

    private final long most;
    private final Consumer<T> drop;
    private final List<Kept<K, T>> kept = new ArrayList<>(); // oldest first; few, so looked through from the end
    private long bytes;
    private boolean closed;

    /**
     * An empty one.
     *
     * @param most bytes that are kept at most; 0 keeps nothing
     * @param drop ends a thing
     */
    Magazine(long most, Consumer<T> drop) {
        this.most = most;
        this.drop = drop;
    }

    /**
     * Takes a thing back, or drops it.
     *
     * @param key what it can stand for
     * @param owner who had it; 0 for nobody in particular
     * @param thing nobody uses it any more
     * @param size bytes that it holds
     * @param clean asked only when it would be kept: whether it really is nobody's
     * @return whether it is kept
     */
    boolean keep(K key, long owner, T thing, long size, BooleanSupplier clean) {
        List<Kept<K, T>> gone = new ArrayList<>();
        boolean keeps = size <= most && clean.getAsBoolean();
        synchronized (this) {
            keeps &= !closed;
            if (keeps) {
                kept.add(new Kept<>(key, owner, thing, size));
                bytes += size;
                while (bytes > most || kept.size() > MOST) {
                    gone.add(oldest());
                }
            }
        }
        gone.forEach(k -> drop.accept(k.thing));
        if (!keeps) {
            drop.accept(thing);
        }
        return keeps;
    }

    private Kept<K, T> oldest() {
        Kept<K, T> oldest = kept.removeFirst();
        bytes -= oldest.size;
        return oldest;
    }

    /**
     * Gives a thing out again.
     *
     * @param key equal to its own
     * @param owner who asks: what the same one gave back is the first choice
     * @return empty when there is none
     */
    synchronized Optional<T> take(K key, long owner) {
        int found = -1;
        for (int i = kept.size() - 1; i >= 0; i--) {
            Kept<K, T> each = kept.get(i);
            if (each.key.equals(key)) {
                if (each.owner == owner) {
                    found = i;
                    break;
                }
                found = Math.max(found, i);
            }
        }
        if (found < 0) {
            return Optional.empty();
        }
        Kept<K, T> taken = kept.remove(found);
        bytes -= taken.size;
        return Optional.of(taken.thing);
    }

    /**
     * Drops the oldest until no more than so many bytes are left.
     *
     * @param left bytes that may stay
     * @return how many were dropped
     */
    int shrink(long left) {
        List<Kept<K, T>> gone = new ArrayList<>();
        synchronized (this) {
            while (bytes > left) {
                gone.add(oldest());
            }
        }
        gone.forEach(k -> drop.accept(k.thing));
        return gone.size();
    }

    /** Drops everything, and keeps nothing from now on. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        shrink(0);
    }

    /** What is kept now, oldest first. */
    synchronized List<Kept<K, T>> all() {
        return List.copyOf(kept);
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int count() {
        return kept.size();
    }
}
