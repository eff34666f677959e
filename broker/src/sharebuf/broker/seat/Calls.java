package sharebuf.broker.seat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/**
 * The calls that are in flight, of all seats: a slot for each. A call costs one compare-and-set to come in and one to go out, in a slot
 * that hardly any other thread uses, and takes no lock; whoever waits for calls to end, or watches them, looks through all slots.
 *
 * <pre>
 *   slot   STATE     0: free, else the occupant's number * 4 + one of
 *                        BUSY      a call is in it
 *                        STRIKING  and the watchdog is about to interrupt its thread
 *                        STRUCK    and was interrupted
 *          SERIAL    of the call, counted at its end
 *          WATCHED   1 while the plug-in's code runs, 2 while the call waits for its turn
 *          THREAD    id of the thread that used the slot last
 *
 *   in     STATE 0 -> BUSY, then: is the occupant leaving? yes -> out again
 *   out    SERIAL + 1, WATCHED 0, then STATE BUSY -> 0; if that fails it was struck: wait for STRUCK, take the interrupt back, STATE 0
 *   wait   WATCHED 2; with the turn: WATCHED 0, then: is the occupant leaving? yes -> out, its successor serves the call
 *   drain  the occupant is leaving, then: until no STATE has its number but where WATCHED is 2
 *   strike STATE BUSY -> STRIKING, then: is it still the call that was seen before? no -> BUSY; yes -> interrupt, STRUCK
 * </pre>
 *
 * <p>Why drain misses nobody: a caller writes STATE and then reads the flag, drain writes the flag and then reads STATE, all four
 * volatile, so at least one of the two sees the other; the same goes for WATCHED of a call that has waited. Why no interrupt strikes a later call: SERIAL is counted before STATE is freed, so
 * whoever turned the STATE of a later call to STRIKING sees another number than before. Why none strikes after the end: while the watchdog
 * interrupts, the caller cannot get its STATE free.
 *
 * <p>Words are numbers and not references, because a collector's write barrier costs as much as the rest of a call. Thread-safe; lock-free but for the
 * making of further slots, when more calls are in flight than ever before.
 */
final class Calls {
    /** No slot. */
    static final int NONE = -1;

    static final int SLOTS = 64;
    /** Two cache lines a slot, for processors fetch them in pairs. */
    private static final int WORDS = 16;
    private static final int STATE = 0;
    private static final int SERIAL = 1;
    private static final int WATCHED = 2;
    private static final int THREAD = 3;

    private static final long WAITING = 2;

    private static final long FREE = 0;
    private static final int BUSY = 1;
    private static final int STRIKING = 2;
    private static final int STRUCK = 3;

    private static final int SPINS = 200;
    private static final long PARK_NANOS = 20_000;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final Table first = new Table();
    private final Precedence precedence = new Precedence();
    private final Map<Long, Occupant<?>> occupants = new ConcurrentHashMap<>();
    private volatile Table[] tables = {first};

    /** Slots come by the table and stay; the first slot is one further from the array's head, where its length is. */
    private static final class Table {
        private final long[] words = new long[(SLOTS + 1) * WORDS];
        private final AtomicReferenceArray<WeakReference<Thread>> threads = new AtomicReferenceArray<>(SLOTS);
    }

    Precedence precedence() {
        return precedence;
    }

    /** Makes an occupant's calls watched. */
    void add(Occupant<?> o) {
        occupants.put(o.number(), o);
    }

    /** The bundle of an occupant; -1 when nobody has the number any more. */
    long bundle(long number) {
        Occupant<?> o = occupants.get(number);
        return o == null ? -1 : o.bundleId();
    }

    private static int at(int slot) {
        return ((slot & SLOTS - 1) + 1) * WORDS;
    }

    private static long state(Occupant<?> o, int what) {
        return o.number() << 2 | what;
    }

    private Table table(int slot) {
        return slot < SLOTS ? first : tables[slot / SLOTS];
    }

    /**
     * Counts a call in.
     *
     * @return its slot; {@link #NONE} when the plug-in is leaving
     */
    int enter(Occupant<?> o) {
        int slot = claim(state(o, BUSY));
        if (o.leaving()) {
            free(slot, o);
            return NONE;
        }
        return slot;
    }

    /** Counts a call in whose thread is in a call already that the drain waits for, so that it is there before the drain can end. */
    int enterNested(Occupant<?> o) {
        return claim(state(o, BUSY));
    }

    private int claim(long busy) {
        int own = (int) Thread.currentThread().threadId() & SLOTS - 1;
        return WORD.compareAndSet(first.words, at(own), FREE, busy) ? own : search(own, busy);
    }

    private int search(int own, long busy) {
        while (true) {
            Table[] all = tables;
            for (int t = 0; t < all.length; t++) {
                for (int i = 0; i < SLOTS; i++) {
                    int slot = own + i & SLOTS - 1;
                    if ((long) WORD.getVolatile(all[t].words, at(slot)) == FREE && WORD.compareAndSet(all[t].words, at(slot), FREE, busy)) {
                        return t * SLOTS + slot;
                    }
                }
            }
            more(all.length);
        }
    }

    private synchronized void more(int had) {
        if (tables.length == had) {
            Table[] longer = java.util.Arrays.copyOf(tables, had + 1);
            longer[had] = new Table();
            tables = longer;
        }
    }

    /** The call waits for its turn: whoever drains does not wait for it. */
    void await(int slot) {
        WORD.setVolatile(table(slot).words, at(slot) + WATCHED, WAITING);
    }

    /**
     * The call has its turn.
     *
     * @return false when the plug-in is leaving and may not be called any more
     */
    boolean go(int slot, Occupant<?> o) {
        WORD.setVolatile(table(slot).words, at(slot) + WATCHED, 0L);
        return !o.leaving();
    }

    /** The plug-in's code runs from now on. */
    void watch(int slot) {
        Table table = table(slot);
        int at = at(slot);
        Thread current = Thread.currentThread();
        if (table.words[at + THREAD] != current.threadId()) {
            table.words[at + THREAD] = current.threadId();
            table.threads.set(slot & SLOTS - 1, new WeakReference<>(current));
        }
        WORD.setRelease(table.words, at + WATCHED, 1L);
    }

    /**
     * Counts a call out.
     *
     * @return true when it was interrupted at the limit; the interrupt is taken back
     */
    boolean leave(int slot, Occupant<?> o) {
        long[] words = table(slot).words;
        int at = at(slot);
        WORD.setOpaque(words, at + SERIAL, words[at + SERIAL] + 1);
        WORD.setOpaque(words, at + WATCHED, 0L);
        return !WORD.compareAndSet(words, at + STATE, state(o, BUSY), FREE) && free(slot, o);
    }

    /** Frees a slot at which the watchdog may be looking; true when it struck. */
    private boolean free(int slot, Occupant<?> o) {
        long[] words = table(slot).words;
        int at = at(slot);
        while (!WORD.compareAndSet(words, at, state(o, BUSY), FREE)) {
            if ((long) WORD.getVolatile(words, at) == state(o, STRUCK)) {
                Thread.interrupted();
                WORD.setVolatile(words, at, FREE);
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** How many calls are in flight into these occupants, those included that wait for their turn. */
    int count(LongPredicate numbers) {
        int count = 0;
        for (Table table : tables) {
            for (int slot = 0; slot < SLOTS; slot++) {
                long state = (long) WORD.getVolatile(table.words, at(slot));
                if (state != FREE && numbers.test(state >>> 2)) {
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * The same without those that wait, and without calls of the current thread: a plug-in may stop its own bundle, and nobody can wait for
     * himself.
     */
    int countInside(LongPredicate numbers) {
        int inside = 0;
        long thread = Thread.currentThread().threadId();
        for (Table table : tables) {
            for (int slot = 0; slot < SLOTS; slot++) {
                int at = at(slot);
                long state = (long) WORD.getVolatile(table.words, at);
                if (state != FREE && numbers.test(state >>> 2) && (long) WORD.getVolatile(table.words, at + WATCHED) != WAITING
                        && !isOwn(table, at, thread, numbers)) {
                    inside++;
                }
            }
        }
        return inside;
    }

    private static boolean isOwn(Table table, int at, long thread, LongPredicate numbers) {
        long state = (long) WORD.getVolatile(table.words, at);
        // WATCHED first: before it is set, THREAD may be the one of the call before.
        return state != FREE && numbers.test(state >>> 2) && (long) WORD.getAcquire(table.words, at + WATCHED) == 1 && table.words[at + THREAD] == thread;
    }

    /**
     * Waits until no call into these occupants is in flight, but for those of the current thread. They must be leaving.
     *
     * <p>Where the processors are busy, a thread in the middle of a call may wait for one while everybody else waits for that call. So whoever is
     * still in after a first look gets the highest priority until all are out. It counts where the JVM hands priorities on to the system.
     *
     * @return false when some are still there at the limit
     * @throws InterruptedException when the thread was interrupted
     */
    boolean drain(LongPredicate numbers, long limitNanos) throws InterruptedException {
        long end = System.nanoTime() + limitNanos;
        List<Thread> hurried = List.of();
        boolean hurry = true;
        try {
            for (int looks = 0; countInside(numbers) > 0; looks++) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (looks < SPINS) {
                    Thread.onSpinWait();
                } else {
                    if (hurry) {
                        hurry = false;
                        hurried = inside(numbers);
                        hurried.forEach(precedence::raise);
                    }
                    // Callers tell nobody that they leave: that would cost every call, and drains are rare.
                    LockSupport.parkNanos(this, PARK_NANOS);
                }
            }
            return true;
        } finally {
            hurried.forEach(precedence::lower);
        }
    }

    /**
     * Waits for a moment in which no call is inside these occupants, though everybody may call: for a good moment to close their seats. There is
     * none where calls follow each other without a gap, so it waits for a little only.
     *
     * @throws InterruptedException when the thread was interrupted
     */
    void awaitLull(LongPredicate numbers, long limitNanos) throws InterruptedException {
        long end = System.nanoTime() + limitNanos;
        while (countInside(numbers) > 0 && System.nanoTime() - end < 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(this, PARK_NANOS);
        }
    }

    /** Whose threads are in the code of these occupants, but for the current one. */
    private List<Thread> inside(LongPredicate numbers) {
        List<Thread> threads = new ArrayList<>();
        for (Table table : tables) {
            for (int slot = 0; slot < SLOTS; slot++) {
                int at = at(slot);
                long state = (long) WORD.getVolatile(table.words, at);
                if (state != FREE && numbers.test(state >>> 2) && (long) WORD.getAcquire(table.words, at + WATCHED) == 1) {
                    WeakReference<Thread> in = table.threads.get(slot);
                    Thread thread = in == null ? null : in.get();
                    if (thread != null && thread != Thread.currentThread()) {
                        threads.add(thread);
                    }
                }
            }
        }
        return threads;
    }

    /** Whether the current thread is in the code of one of these occupants. */
    boolean isInside(LongPredicate numbers) {
        long thread = Thread.currentThread().threadId();
        for (Table table : tables) {
            for (int slot = 0; slot < SLOTS; slot++) {
                if (isOwn(table, at(slot), thread, numbers)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Interrupts the thread of a call, if it is still that call.
     *
     * @param serial of the call
     * @return whether it did
     */
    boolean strike(int slot, Occupant<?> o, long serial) {
        Table table = table(slot);
        int at = at(slot);
        if (!WORD.compareAndSet(table.words, at, state(o, BUSY), state(o, STRIKING))) {
            return false;
        }
        boolean same = (long) WORD.getOpaque(table.words, at + SERIAL) == serial && (long) WORD.getAcquire(table.words, at + WATCHED) == 1;
        Thread thread = same ? table.threads.get(slot & SLOTS - 1).get() : null;
        if (thread == null) {
            WORD.setVolatile(table.words, at, state(o, BUSY));
            return false;
        }
        thread.interrupt();
        WORD.setVolatile(table.words, at, state(o, STRUCK));
        return true;
    }

    /** What {@link #look} remembers of a slot from one look to the next. Confined to the watchdog's thread. */
    private static final class Seen {
        private long number;
        private long serial;
        private long since;
        private boolean struck;
        private boolean hung;
    }

    /** Looks at all calls, time after time. */
    final class Round {
        private Seen[] seen = new Seen[0];

        /**
         * Interrupts calls that were seen for longer than their limit, and tells of those that go on for twice as long.
         *
         * @param now the time, from {@link System#nanoTime}
         * @param slackNanos a call may have been seen so long before it began
         */
        void look(long now, long slackNanos) {
            Table[] all = tables;
            if (seen.length < all.length * SLOTS) {
                int had = seen.length;
                seen = java.util.Arrays.copyOf(seen, all.length * SLOTS);
                for (int i = had; i < seen.length; i++) {
                    seen[i] = new Seen();
                }
            }
            for (int slot = 0; slot < seen.length; slot++) {
                look(all[slot / SLOTS], slot, seen[slot], now, slackNanos);
            }
            occupants.values().removeIf(o -> o.retired() && count(n -> n == o.number()) == 0);
        }

        private void look(Table table, int slot, Seen s, long now, long slackNanos) {
            int at = at(slot);
            long state = (long) WORD.getVolatile(table.words, at);
            long number = state >>> 2;
            Occupant<?> o = state == FREE || (long) WORD.getAcquire(table.words, at + WATCHED) != 1 ? null : occupants.get(number);
            if (o == null) {
                s.number = 0;
                return;
            }
            long serial = (long) WORD.getOpaque(table.words, at + SERIAL);
            if (s.number != number || s.serial != serial) {
                s.number = number;
                s.serial = serial;
                s.since = now;
                s.struck = false;
                s.hung = false;
                return;
            }
            long age = now - s.since - slackNanos;
            if (!s.struck && age > o.callNanos()) {
                s.struck = strike(slot, o, serial);
            }
            if (!s.hung && age > 2 * o.callNanos()) {
                s.hung = true;
                o.hung(where(table, slot));
            }
        }

        /** The line of the plug-in, or below it, where a thread stays. */
        private String where(Table table, int slot) {
            Thread thread = table.threads.get(slot & SLOTS - 1).get();
            StackTraceElement[] frames = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
            for (StackTraceElement frame : frames) {
                if (!frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.")) {
                    return frame.toString();
                }
            }
            return "a call";
        }
    }
}
