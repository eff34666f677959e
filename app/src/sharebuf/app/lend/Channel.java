package sharebuf.app.lend;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.UnixSocket;

/**
 * Messages of {@link Wire} over a socket. What the other end says wrong ends the conversation.
 *
 * <p>Thread-safe.
 */
final class Channel implements AutoCloseable {
    private static final int EPIPE = 32;
    private static final int ECONNRESET = 104;

    private final UnixSocket socket;

    Channel(UnixSocket socket) {
        this.socket = socket;
    }

    /** A message and what came with it; who received it closes the descriptors. */
    record Received(Wire message, List<Descriptor> descriptors) {
    }

    /** The other end is gone. */
    static final class Gone extends IOException {
        private static final long serialVersionUID = 1;

        Gone(String message) {
            super(message);
        }
    }

    /**
     * Says something.
     *
     * @param descriptors numbers that stay open until the return
     * @throws Gone when nobody hears it
     * @throws IOException when it cannot be said within the limit
     */
    void send(Wire message, List<Integer> descriptors, Duration limit) throws IOException, InterruptedException {
        try {
            socket.sendNumbers(message.bytes(), descriptors.stream().mapToInt(Integer::intValue).toArray(), limit);
        } catch (CallFailed e) {
            throw failed(e);
        }
    }

    /**
     * Waits for a message.
     *
     * @return empty when the time is over
     * @throws Gone when the other end has closed
     * @throws IOException when it said something that is no message
     */
    Optional<Received> receive(Duration limit) throws IOException, InterruptedException {
        Optional<UnixSocket.Message> came;
        try {
            came = socket.receive(Wire.MAX_BYTES, Wire.MAX_OBJECTS, limit);
        } catch (CallFailed e) {
            throw failed(e);
        }
        if (came.isEmpty()) {
            return Optional.empty();
        }
        UnixSocket.Message m = came.get();
        boolean good = false;
        try {
            Wire message = Wire.parse(m.bytes());
            int wanted = message instanceof Wire.Buffer b ? b.objects().size() : 0;
            if (m.descriptors().size() != wanted) {
                throw new IOException(socket + ": " + m.descriptors().size() + " descriptors came where " + wanted + " belong");
            }
            good = true;
            return Optional.of(new Received(message, m.descriptors()));
        } catch (IllegalArgumentException e) {
            throw new IOException(socket + ": " + e.getMessage(), e);
        } finally {
            if (!good) {
                m.discard();
            }
        }
    }

    private static IOException failed(CallFailed e) {
        return e.errno() == EPIPE || e.errno() == ECONNRESET ? new Gone(e.getMessage()) : new IOException(e.getMessage(), e);
    }

    /** Who is at the other end. */
    Optional<UnixSocket.Peer> peer() {
        return socket.peer();
    }

    @Override
    public void close() {
        socket.close();
    }
}
