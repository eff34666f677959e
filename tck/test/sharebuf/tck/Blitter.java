package sharebuf.tck;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;

/** A device with the fewest ioctls that an importer needs; the argument of each is a descriptor. */
final class Blitter extends TestDevice {
    static final long IMPORT = 1;
    static final long DROP = 2;
    static final long START = 3;
    static final long STOP = 4;
    /** Gives the descriptor of a job that is done; EAGAIN when there is none. */
    static final long DONE = 5;
    /** Returns 1 when the device works on it, or has and nobody asked. */
    static final long WORKS = 6;

    private final Set<Integer> imported = new LinkedHashSet<>();
    private final Set<Integer> working = new LinkedHashSet<>();
    private final Deque<Integer> done = new ArrayDeque<>();

    Blitter() {
        super(HiddenSeats.PREFIX + "blitter");
    }

    @Override
    public String kind() {
        return "blitter";
    }

    @Override
    protected String nameOf(long request) {
        return List.of("", "IMPORT", "DROP", "START", "STOP", "DONE", "WORKS").get((int) request);
    }

    @Override
    protected boolean givesBack(long request, MemorySegment arg) {
        return request == DROP || request == STOP;
    }

    @Override
    protected int play(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException {
        int descriptor = arg.get(ValueLayout.JAVA_INT, 0);
        switch ((int) request) {
            case (int) IMPORT -> {
                if (bytesOf(descriptor).isEmpty()) {
                    throw error(Errno.EBADF, request);
                }
                imported.add(descriptor);
            }
            case (int) DROP -> {
                if (!imported.remove(descriptor)) {
                    violation("drops descriptor " + descriptor + ", which is not imported");
                    throw error(Errno.EINVAL, request);
                }
            }
            case (int) START -> {
                if (!imported.contains(descriptor)) {
                    throw error(Errno.EINVAL, request);
                }
                begins(descriptor);
                working.add(descriptor);
            }
            case (int) STOP -> {
                working.remove(descriptor);
                done.remove(descriptor);
            }
            case (int) DONE -> {
                if (done.isEmpty()) {
                    throw error(Errno.EAGAIN, request);
                }
                arg.set(ValueLayout.JAVA_INT, 0, done.remove());
            }
            case (int) WORKS -> {
                return working.contains(descriptor) || done.contains(descriptor) ? 1 : 0;
            }
            default -> throw error(Errno.ENOTTY, request);
        }
        return 0;
    }

    @Override
    protected boolean work() {
        boolean any = !working.isEmpty();
        done.addAll(working);
        working.clear();
        return any;
    }

    @Override
    protected int ready(int wanted) {
        return done.isEmpty() ? 0 : POLLIN & wanted;
    }

    @Override
    protected Set<Integer> holds() {
        Set<Integer> all = new LinkedHashSet<>(imported);
        all.addAll(working);
        return all;
    }

    @Override
    protected List<String> held() {
        List<String> all = new ArrayList<>();
        holds().forEach(d -> all.add("descriptor " + d));
        return all;
    }
}
