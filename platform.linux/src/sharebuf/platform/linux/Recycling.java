package sharebuf.platform.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import sharebuf.linux.Descriptor;
import sharebuf.linux.DmaBufInfo;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;

/**
 * What the magazines of a platform have in common: the kernel's memory and the process' table of descriptors are one for all, so where
 * the kernel refuses for want of them, all are drained and it is asked once more.
 *
 * <p>Thread-safe.
 */
final class Recycling {
    private static final int ENOMEM = 12;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;

    private final Libc libc;
    private final Machine machine;
    private final Mappings mappings;
    private final Set<Magazine<?, ?>> all = ConcurrentHashMap.newKeySet();

    Recycling(Libc libc, Machine machine, Mappings mappings) {
        this.libc = libc;
        this.machine = machine;
        this.mappings = mappings;
    }

    void add(Magazine<?, ?> magazine) {
        all.add(magazine);
    }

    void remove(Magazine<?, ?> magazine) {
        magazine.close();
        all.remove(magazine);
    }

    /** A call that makes memory or a descriptor: refused for want of them, it is made again without what is kept. */
    int make(IntSupplier call) {
        int done = call.getAsInt();
        boolean want = done == -ENOMEM || done == -ENFILE || done == -EMFILE;
        return want && drain() > 0 ? call.getAsInt() : done;
    }

    private int drain() {
        return all.stream().mapToInt(m -> m.shrink(0)).sum();
    }

    /**
     * Whether nobody but the platform has a dma-buf: no descriptor of it is outside, no device has it imported, no message carries it, no
     * fence on it is unsignalled, and so nobody will read or write it when it is somebody else's. The kernel counts that; where it does not
     * say, nothing is used again.
     */
    boolean onlyOurs(Descriptor dmaBuf) {
        int fd = dmaBuf.enter();
        if (fd < 0) {
            return false;
        }
        try {
            long ours = 1L + mappings.count(dmaBuf);
            int idle = libc.poll(fd, Libc.POLLOUT, 0); // a dma-buf may be written when no fence on it is left
            return idle > 0 && (idle & Libc.POLLOUT) != 0 && machine.dmaBuf(fd).map(DmaBufInfo::count).filter(count -> count == ours).isPresent();
        } finally {
            dmaBuf.leave();
        }
    }
}
