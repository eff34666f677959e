package sharebuf.importer;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongPredicate;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.device.UseId;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Note;

/**
 * What an importer works with while it rehearses ({@link Importer#rehearse}): it can look at everything, and whatever it changes has no effect, neither at the device
 * nor in the books, for its predecessor serves.
 *
 * <p>Thread-safe, as what is behind it.
 */
public final class Rehearsal {
    private Rehearsal() {
    }

    /**
     * A node that answers questions, and grants everything else without passing it on: such an ioctl returns 0 and leaves its structure as it is, so that
     * what follows a success is rehearsed too. A poll finds at once what was waited for, a read nothing (EAGAIN), and nothing can be mapped (EBUSY).
     *
     * @param node the node
     * @param asks which ioctls change nothing, and are passed on
     * @return the node to rehearse with
     */
    public static DeviceNode node(DeviceNode node, LongPredicate asks) {
        return new DeviceNode() {
            @Override
            public Device device() {
                return node.device();
            }

            @Override
            public int ioctl(long request, MemorySegment arg) throws DeviceException {
                return asks.test(request) ? node.ioctl(request, arg) : 0;
            }

            @Override
            public MemorySegment map(long offset, long length) throws DeviceException {
                throw refused(Errno.EBUSY, "mmap");
            }

            @Override
            public int read(MemorySegment into) throws DeviceException {
                throw refused(Errno.EAGAIN, "read");
            }

            @Override
            public int poll(int events, Duration limit) {
                return events;
            }

            @Override
            public int handle(ObjectId object) throws DeviceException {
                return node.handle(object);
            }

            private DeviceException refused(Errno errno, String operation) {
                return new DeviceException(errno, node.device().name(), operation, "it is rehearsed with, and another plug-in drives it");
            }
        };
    }

    /**
     * Fences that nobody hears of.
     *
     * @return jobs begin and end there without an effect
     */
    public static Fences fences() {
        return new Fences() {
            @Override
            public void begin(UseId use, BufferId buffer) {
                // nobody hears of it
            }

            @Override
            public boolean tryBegin(UseId use, BufferId buffer) {
                return true;
            }

            @Override
            public void keep(UseId use, BufferId buffer) {
                // nobody hears of it
            }

            @Override
            public void letGo(UseId use, BufferId buffer) {
                // nobody hears of it
            }

            @Override
            public void complete(UseId use, BufferId buffer) {
                // nobody hears of it
            }
        };
    }

    /**
     * Notes that can be read.
     *
     * @param notes the notes
     * @return what is kept or dropped there stays as it was
     */
    public static Notes notes(Notes notes) {
        return new Notes() {
            @Override
            public void keep(UseId use, BufferId buffer, Note note) {
                // the predecessor's stays
            }

            @Override
            public void drop(UseId use, BufferId buffer) {
                // the predecessor's stays
            }

            @Override
            public Optional<Note> kept(UseId use, BufferId buffer) {
                return notes.kept(use, buffer);
            }
        };
    }
}
