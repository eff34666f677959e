package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bytes in a memfd of Linux: what can become a dma-buf, and what can be mapped piece by piece. Thread-safe. */
final class MemfdBacking implements Backing {
    private final Libc libc;
    private final int fd;
    private final AtomicBoolean closed = new AtomicBoolean();

    MemfdBacking(Libc libc) {
        this.libc = libc;
        fd = libc.anonymousFile("sharebuf-dram");
    }

    @Override
    public String name() {
        return "memfd";
    }

    @Override
    public void grow(long size) {
        libc.setSize(open(), size);
    }

    @Override
    public MemorySegment map(long[] offsets, long[] sizes, Arena arena) {
        return libc.map(open(), offsets, sizes, arena);
    }

    @Override
    public boolean punch(long offset, long size) {
        libc.punchHole(open(), offset, size);
        return true;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            libc.close(fd);
        }
    }

    private int open() { // a closed number may be another file by now
        if (closed.get()) {
            throw new IllegalStateException("the simulated memory is gone");
        }
        return fd;
    }
}
