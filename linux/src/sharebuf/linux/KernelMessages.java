package sharebuf.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code /dev/kmsg} from its end on, without waiting: Documentation/ABI/testing/dev-kmsg. Each open file has a place of its own, so
 * that nobody takes another's lines away.
 *
 * <p>Confined to one thread.
 */
public final class KernelMessages implements AutoCloseable {
    /** The node. */
    public static final String PATH = "/dev/kmsg";
    private static final int EPIPE = 32;
    private static final int RECORD = 8192; // CONSOLE_EXT_LOG_MAX was that in every kernel with dma-heaps; a larger record gives EINVAL

    /**
     * A message of the kernel itself.
     *
     * @param level from 0 to 7
     * @param text the message
     * @param device its device in sysfs, without the subsystem; empty when none is named
     */
    public record Message(int level, String text, String device) {
        /**
         * Reads a record.
         *
         * @param record as {@code read(2)} gave it
         * @return empty when it is none, or no message of the kernel
         */
        static Optional<Message> parse(String record) {
            int semicolon = record.indexOf(';');
            int comma = record.indexOf(',');
            if (comma < 1 || comma > semicolon || !record.substring(0, comma).matches("\\d{1,9}")) {
                return Optional.empty();
            }
            int priority = Integer.parseInt(record.substring(0, comma));
            String[] lines = record.substring(semicolon + 1).split("\n");
            String text = lines.length == 0 ? "" : lines[0].strip();
            String device = "";
            for (int i = 1; i < lines.length; i++) {
                if (lines[i].startsWith(" DEVICE=")) {
                    // +SUBSYSTEM:NAME, or bMAJOR:MINOR, cMAJOR:MINOR, nINDEX
                    String value = lines[i].substring(" DEVICE=".length()).strip();
                    device = value.startsWith("+") && value.indexOf(':') > 0 ? value.substring(value.indexOf(':') + 1) : "";
                }
            }
            boolean kernels = priority >> 3 == 0; // the others are written to this node by programs
            return kernels && !text.isEmpty() ? Optional.of(new Message(priority & 7, text, device)) : Optional.empty();
        }
    }

    private final Libc libc;
    private final Descriptor file;

    private KernelMessages(Libc libc, Descriptor file) {
        this.libc = libc;
        this.file = file;
    }

    /**
     * Begins at the end of what was said.
     *
     * @param descriptors where the file is opened
     * @param machine where it is
     * @return empty when it may not be read
     */
    public static Optional<KernelMessages> fromNow(Descriptors descriptors, Machine machine) {
        try {
            Descriptor file = descriptors.open(machine.at(PATH), Libc.O_NONBLOCK);
            if (descriptors.libc().seek(file.number(), 0, Libc.SEEK_END) < 0) {
                file.close();
                return Optional.empty();
            }
            return Optional.of(new KernelMessages(descriptors.libc(), file));
        } catch (CallFailed e) {
            return Optional.empty();
        }
    }

    /**
     * What was said since, without waiting.
     *
     * @param most records to read
     * @return messages of the kernel, in order
     */
    public List<Message> read(int most) {
        List<Message> messages = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(RECORD);
            for (int i = 0; i < most; i++) {
                int fd = file.enter();
                if (fd < 0) {
                    break;
                }
                long n;
                try {
                    n = libc.read(fd, record);
                } finally {
                    file.leave();
                }
                if (n <= 0 && n != -EPIPE && n != -Libc.EINTR) {
                    break; // EAGAIN: that was all
                }
                if (n > 0) { // EPIPE: some was overwritten, the next is there
                    Message.parse(new String(record.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8)).ifPresent(messages::add);
                }
            }
        }
        return messages;
    }

    @Override
    public void close() {
        file.close();
    }
}
