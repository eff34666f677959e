package sharebuf.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** The timed loops. Confined to the creating thread. */
final class Replay {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Keeps the answers alive, so that no loop is optimised away. */
    private static long sink;

    /** Nanoseconds and heap bytes of one operation, means over the timed part of one replay. */
    record Round(double nanos, double heapBytes) {
    }

    private Replay() {
    }

    static Round round(Trace trace, Subject subject) {
        long sum = replay(trace, subject, 0, trace.steady);
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        sum += replay(trace, subject, trace.steady, trace.ops);
        long nanos = System.nanoTime() - start;
        heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
        sink += sum;
        double ops = trace.ops - trace.steady;
        return new Round(nanos / ops, heap / ops);
    }

    /** Nanoseconds of each operation of the timed part, with the cost of reading the clock in each, ascending. */
    static long[] eachSorted(Trace trace, Subject subject) {
        sink += replay(trace, subject, 0, trace.steady);
        long[] nanos = new long[trace.ops - trace.steady];
        long sum = 0;
        for (int i = 0; i < nanos.length; i++) {
            int op = trace.steady + i;
            long start = System.nanoTime();
            sum += step(trace, subject, op);
            nanos[i] = System.nanoTime() - start;
        }
        sink += sum;
        Arrays.sort(nanos);
        return nanos;
    }

    /** Median cost of reading the clock twice. */
    static long clockNanos() {
        long[] nanos = new long[20_000];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2];
    }

    private static long replay(Trace trace, Subject subject, int from, int to) {
        long sum = 0;
        for (int op = from; op < to; op++) {
            sum += step(trace, subject, op);
        }
        return sum;
    }

    private static long step(Trace trace, Subject subject, int op) {
        long size = trace.size[op];
        if (size != 0) {
            return subject.take(trace.id[op], size, trace.align[op], trace.limit[op]);
        }
        subject.give(trace.id[op]);
        return 0;
    }
}
