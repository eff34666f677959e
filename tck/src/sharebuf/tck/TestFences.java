package sharebuf.tck;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;

/**
 * Fences as the broker has them: each job belongs to the memory that the buffer had when it began. Where the broker would let a writer wait for a move, this
 * one refuses at once: nobody else is there who would end it.
 *
 * <p>Thread-safe.
 */
final class TestFences implements Fences {
    private record Key(UseId use, BufferId buffer) {
    }

    private final Map<Key, Use> mapped = new HashMap<>();
    /** Of each unfinished job how often the buffer had been moved by then, the oldest first. */
    private final Map<Key, Deque<Integer>> jobs = new HashMap<>();
    private final Set<Key> kept = new HashSet<>();
    private final Map<BufferId, Integer> moves = new HashMap<>();
    private final Set<BufferId> moving = new HashSet<>();
    private final Set<BufferId> heldBack = new HashSet<>();

    synchronized void map(Use use, BufferId buffer) {
        mapped.put(new Key(use.id(), buffer), use);
    }

    synchronized void unmap(UseId use, BufferId buffer) {
        Key key = new Key(use, buffer);
        mapped.remove(key);
        heldBack.remove(buffer);
        jobs.remove(key);
        kept.remove(key);
    }

    synchronized void moving(Collection<BufferId> buffers, boolean on) {
        if (on) {
            moving.addAll(buffers);
        } else {
            moving.removeAll(buffers);
        }
    }

    /** Of these buffers those whose jobs had to wait for a move, and did not begin since. */
    synchronized Set<BufferId> heldBack(Collection<BufferId> buffers) {
        Set<BufferId> waiting = new HashSet<>(heldBack);
        waiting.retainAll(buffers);
        return waiting;
    }

    synchronized void moved(Collection<BufferId> buffers) {
        buffers.forEach(b -> moves.merge(b, 1, Integer::sum));
    }

    /** Unfinished jobs on a buffer, of whatever use. */
    synchronized int open(BufferId buffer) {
        return jobs.entrySet().stream().filter(e -> e.getKey().buffer().equals(buffer)).mapToInt(e -> e.getValue().size()).sum();
    }

    /** Those that work on memory from before the last move. */
    synchronized int before(BufferId buffer) {
        int now = moves.getOrDefault(buffer, 0);
        return (int) jobs.entrySet().stream().filter(e -> e.getKey().buffer().equals(buffer)).flatMap(e -> e.getValue().stream()).filter(m -> m < now).count();
    }

    /** Whether memory that the buffer was moved away from may be read beyond jobs. */
    synchronized boolean keeps(BufferId buffer) {
        return kept.stream().anyMatch(k -> k.buffer().equals(buffer));
    }

    private Key require(UseId use, BufferId buffer) {
        Key key = new Key(use, buffer);
        if (!mapped.containsKey(key)) {
            throw new IllegalStateException(buffer + " is not mapped for " + use);
        }
        return key;
    }

    @Override
    public synchronized void begin(UseId use, BufferId buffer) {
        if (!tryBegin(use, buffer)) {
            throw new RefusedException(Refusal.of(Errno.EBUSY, "move", buffer + " is being moved", "the end of the move"));
        }
    }

    @Override
    public synchronized boolean tryBegin(UseId use, BufferId buffer) {
        Key key = require(use, buffer);
        if (moving.contains(buffer) && mapped.get(key).access().writes()) {
            heldBack.add(buffer);
            return false;
        }
        heldBack.remove(buffer);
        jobs.computeIfAbsent(key, k -> new ArrayDeque<>()).add(moves.getOrDefault(buffer, 0));
        return true;
    }

    @Override
    public synchronized void keep(UseId use, BufferId buffer) {
        kept.add(require(use, buffer));
    }

    @Override
    public synchronized void letGo(UseId use, BufferId buffer) {
        kept.remove(new Key(use, buffer));
    }

    @Override
    public synchronized void complete(UseId use, BufferId buffer) {
        Deque<Integer> open = jobs.get(new Key(use, buffer));
        if (open != null) {
            open.poll();
        }
    }
}
