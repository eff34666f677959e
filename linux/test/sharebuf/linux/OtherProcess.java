package sharebuf.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The other end of a socket, in a process of its own: takes descriptors, writes into what they are, says what it found. */
final class OtherProcess {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private OtherProcess() {
    }

    /** Path of the socket; {@code full} to have no descriptor left when the message comes. */
    public static void main(String[] args) throws Exception {
        Libc libc = Libc.find().orElseThrow();
        try (Descriptors table = new Descriptors(libc); UnixSocket socket = UnixSocket.connect(table, Path.of(args[0]))) {
            List<Descriptor> filling = new ArrayList<>();
            if (args.length > 1) {
                fill(table, filling);
            }
            socket.send(new byte[] {1}, List.of(), LIMIT);
            int before = table.count();
            String said;
            try {
                UnixSocket.Message message = socket.receive(100, UnixSocket.MAX_DESCRIPTORS, LIMIT).orElseThrow();
                said = new String(message.bytes()) + touch(libc, message.descriptors());
                message.discard();
            } catch (CallFailed e) {
                said = "errno " + e.errno() + ", " + (table.count() - before) + " left";
            }
            filling.forEach(Descriptor::close);
            socket.send(said.getBytes(), List.of(), LIMIT);
        }
    }

    /** Leaves room for two: a message with three descriptors comes in part. */
    private static void fill(Descriptors table, List<Descriptor> filling) {
        try {
            while (true) {
                filling.add(table.duplicate(0, "standard input"));
            }
        } catch (CallFailed _) {
            filling.removeLast().close();
            filling.removeLast().close();
        }
    }

    private static String touch(Libc libc, List<Descriptor> files) throws CallFailed {
        StringBuilder found = new StringBuilder();
        try (Arena arena = Arena.ofConfined()) {
            for (Descriptor file : files) {
                MemorySegment bytes = FilePiece.map(libc, List.of(new FilePiece(file, 0, libc.page())), arena);
                found.append(' ').append(bytes.get(ValueLayout.JAVA_INT, 0));
                bytes.set(ValueLayout.JAVA_INT, 0, -bytes.get(ValueLayout.JAVA_INT, 0));
            }
        }
        return found.toString();
    }
}
