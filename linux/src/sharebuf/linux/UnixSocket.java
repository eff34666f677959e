package sharebuf.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Unix socket of messages (SOCK_SEQPACKET): a message arrives whole, with the descriptors that were sent along, or not at all. This is
 * how a dma-buf gets into another process. java.nio's sockets carry bytes only.
 *
 * <p>Thread-safe, as a descriptor is. {@link #close()} wakes whoever waits in a call. An interrupt is noticed within 50 ms.
 */
public final class UnixSocket implements AutoCloseable {
    /** The most descriptors of a message: the kernel's SCM_MAX_FD. */
    public static final int MAX_DESCRIPTORS = 253;
    /** The most bytes of a path: the kernel's UNIX_PATH_MAX, with a 0 at its end. */
    public static final int MAX_PATH = 107;

    private static final int PATH = 2; // sun_path begins behind sun_family
    private static final int SLICE_MILLIS = 50;
    private static final int EMSGSIZE = 90;
    private static final int EMFILE = 24;
    private static final int EPIPE = 32;
    private static final int ENAMETOOLONG = 36;
    private static final int TYPE = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;

    private final Descriptors table;
    private final Descriptor socket;
    private final Optional<Path> bound;

    private UnixSocket(Descriptors table, Descriptor socket, Optional<Path> bound) {
        this.table = table;
        this.socket = socket;
        this.bound = bound;
    }

    /**
     * A message.
     *
     * @param bytes its bytes
     * @param descriptors what came along, in order; whoever received it closes them
     */
    public record Message(byte[] bytes, List<Descriptor> descriptors) {
        /** Copies the list. */
        public Message {
            descriptors = List.copyOf(descriptors);
        }

        /** Closes what came along. */
        public void discard() {
            descriptors.forEach(Descriptor::close);
        }
    }

    /**
     * Two sockets that are connected.
     *
     * @param one the one
     * @param other the other
     */
    public record Pair(UnixSocket one, UnixSocket other) implements AutoCloseable {
        @Override
        public void close() {
            one.close();
            other.close();
        }
    }

    /**
     * Who is at the other end, as it was when the connection was made.
     *
     * @param pid its process
     * @param uid its user
     * @param gid its group
     */
    public record Peer(int pid, int uid, int gid) {
    }

    /**
     * Two connected sockets.
     *
     * @param table closes them at the latest
     * @return both
     * @throws CallFailed EMFILE
     */
    public static Pair pair(Descriptors table) throws CallFailed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment two = arena.allocate(JAVA_INT, 2);
            CallFailed.check(SocketCalls.socketpair(TYPE, two), "socketpair");
            return new Pair(new UnixSocket(table, table.adopt(two.getAtIndex(JAVA_INT, 0), "socket of a pair"), Optional.empty()),
                    new UnixSocket(table, table.adopt(two.getAtIndex(JAVA_INT, 1), "socket of a pair"), Optional.empty()));
        }
    }

    /**
     * A socket that others of this user can connect to; the file is removed by {@link #close()}.
     *
     * @param table closes it at the latest
     * @param path where it shall be; must not exist
     * @param backlog how many may wait to be accepted
     * @return the socket
     * @throws CallFailed EADDRINUSE (98) when there is such a file, ENAMETOOLONG (36) beyond {@link #MAX_PATH} bytes
     */
    public static UnixSocket listen(Descriptors table, Path path, int backlog) throws CallFailed {
        String what = "listen at " + path;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path, what);
            Descriptor socket = table.adopt(CallFailed.check(SocketCalls.socket(TYPE), what), "socket " + path);
            Optional<Path> bound = Optional.empty();
            try {
                CallFailed.check(SocketCalls.bind(socket.number(), address), what);
                bound = Optional.of(path);
                // Nobody can connect before listen(), so nobody else gets in between.
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
                CallFailed.check(SocketCalls.listen(socket.number(), backlog), what);
                return new UnixSocket(table, socket, bound);
            } catch (CallFailed | IOException e) {
                socket.close();
                bound.ifPresent(UnixSocket::remove);
                throw e instanceof CallFailed failed ? failed : new CallFailed(what + ": " + e.getMessage(), 5);
            }
        }
    }

    /**
     * Connects.
     *
     * @param table closes it at the latest
     * @param path of a socket that listens
     * @return the socket
     * @throws CallFailed ENOENT (2), ECONNREFUSED (111) when nobody listens, EACCES (13), EPROTOTYPE (91) when it is another kind of socket
     */
    public static UnixSocket connect(Descriptors table, Path path) throws CallFailed {
        String what = "connect to " + path;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path, what);
            Descriptor socket = table.adopt(CallFailed.check(SocketCalls.socket(TYPE), what), "connection to " + path);
            int done;
            do {
                done = SocketCalls.connect(socket.number(), address);
            } while (done == -Libc.EINTR);
            if (done < 0) {
                socket.close();
            }
            CallFailed.check(done, what);
            return new UnixSocket(table, socket, Optional.empty());
        }
    }

    private static MemorySegment address(Arena arena, Path path, String what) throws CallFailed {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_PATH) {
            throw new CallFailed(what + ": " + name.length + " bytes, at most " + MAX_PATH, ENAMETOOLONG);
        }
        MemorySegment address = arena.allocate(PATH + name.length + 1, 2);
        address.set(JAVA_SHORT, 0, (short) SocketCalls.AF_UNIX);
        MemorySegment.copy(MemorySegment.ofArray(name), JAVA_BYTE, 0, address, JAVA_BYTE, PATH, name.length);
        return address;
    }

    /**
     * Waits for somebody who connects.
     *
     * @param limit how long
     * @return the connection; empty when the time is over or this was closed
     * @throws CallFailed EMFILE
     * @throws InterruptedException when the thread was interrupted
     */
    public Optional<UnixSocket> accept(Duration limit) throws CallFailed, InterruptedException {
        String what = "accept at " + socket.what();
        long end = System.nanoTime() + limit.toNanos();
        while (await(Libc.POLLIN, end, what)) {
            int fd = socket.enter();
            int done;
            try {
                done = fd < 0 ? fd : SocketCalls.accept(fd, SocketCalls.SOCK_CLOEXEC);
            } finally {
                if (fd >= 0) {
                    socket.leave();
                }
            }
            if (done >= 0) {
                return Optional.of(new UnixSocket(table, table.adopt(done, "connection of " + socket.what()), Optional.empty()));
            }
            if (socket.isClosed()) {
                return Optional.empty();
            }
            if (done != -Libc.EAGAIN && done != -Libc.EINTR) {
                throw new CallFailed(what, -done);
            }
        }
        return Optional.empty();
    }

    /**
     * Sends a message. The descriptors stay open here: the receiver gets others of the same open files.
     *
     * @param bytes at least 1, which a descriptor cannot travel without
     * @param descriptors at most {@link #MAX_DESCRIPTORS}
     * @param limit how long to wait for room
     * @throws CallFailed EPIPE when the other end is gone, EMSGSIZE when the message is too large, ETIMEDOUT, EBADF when this or one of the
     *         descriptors was closed
     * @throws InterruptedException when the thread was interrupted
     */
    public void send(byte[] bytes, List<Descriptor> descriptors, Duration limit) throws CallFailed, InterruptedException {
        List<Descriptor> entered = new ArrayList<>();
        try {
            int[] numbers = new int[descriptors.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = CallFailed.check(descriptors.get(i).enter(), "send to " + socket.what() + ": " + descriptors.get(i));
                entered.add(descriptors.get(i));
            }
            sendNumbers(bytes, numbers, limit);
        } finally {
            entered.forEach(Descriptor::leave);
        }
    }

    /**
     * The same with descriptors that somebody else keeps open until the return.
     *
     * @param bytes at least 1
     * @param descriptors at most {@link #MAX_DESCRIPTORS}
     * @param limit how long to wait for room
     * @throws CallFailed as above
     * @throws InterruptedException when the thread was interrupted
     */
    public void sendNumbers(byte[] bytes, int[] descriptors, Duration limit) throws CallFailed, InterruptedException {
        if (bytes.length == 0 || descriptors.length > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(bytes.length + " bytes, " + descriptors.length + " descriptors: at least 1 byte, at most " + MAX_DESCRIPTORS + " descriptors");
        }
        String what = "send to " + socket.what();
        long end = System.nanoTime() + limit.toNanos();
        try (Arena arena = Arena.ofConfined()) {
            SocketMessage message = SocketMessage.of(arena, bytes, descriptors);
            while (true) {
                int fd = CallFailed.check(socket.enter(), what);
                long done;
                try {
                    done = SocketCalls.sendmsg(fd, message.header(), SocketCalls.MSG_NOSIGNAL | SocketCalls.MSG_DONTWAIT);
                } finally {
                    socket.leave();
                }
                if (done >= 0) {
                    return; // a message is sent whole
                }
                if (done != -Libc.EAGAIN && done != -Libc.EINTR) {
                    throw new CallFailed(what, (int) -done);
                }
                if (done == -Libc.EAGAIN && !await(Libc.POLLOUT, end, what)) {
                    throw new CallFailed(what + ": the other end takes nothing", 110);
                }
            }
        }
    }

    /**
     * Waits for a message. One that does not fit is an error: what came with it is closed.
     *
     * @param maxBytes room for bytes, at least 1
     * @param maxDescriptors room for descriptors
     * @param limit how long
     * @return the message, its descriptors closed on exec; empty when the time is over
     * @throws CallFailed EPIPE when the other end is gone and nothing is left to read; EMSGSIZE when there were more bytes; EMFILE when there
     *         were more descriptors than allowed or than this process can have
     * @throws InterruptedException when the thread was interrupted
     */
    public Optional<Message> receive(int maxBytes, int maxDescriptors, Duration limit) throws CallFailed, InterruptedException {
        String what = "receive from " + socket.what();
        long end = System.nanoTime() + limit.toNanos();
        while (await(Libc.POLLIN, end, what)) {
            try (Arena arena = Arena.ofConfined()) {
                SocketMessage message = new SocketMessage(arena, maxBytes, maxDescriptors);
                int fd = socket.enter();
                long done;
                try {
                    done = fd < 0 ? fd : SocketCalls.recvmsg(fd, message.header(), SocketCalls.MSG_CMSG_CLOEXEC | SocketCalls.MSG_DONTWAIT);
                } finally {
                    if (fd >= 0) {
                        socket.leave();
                    }
                }
                if (done == -Libc.EAGAIN || done == -Libc.EINTR) {
                    continue;
                }
                if (done < 0) {
                    throw new CallFailed(what, (int) -done);
                }
                return Optional.of(received(message, (int) done, what));
            }
        }
        if (socket.isClosed()) {
            throw new CallFailed(what, Libc.EBADF);
        }
        return Optional.empty();
    }

    private Message received(SocketMessage message, int bytes, String what) throws CallFailed {
        List<Descriptor> came = message.descriptors().stream().map(n -> table.adopt(n, "received from " + socket.what())).toList();
        String wrong = (message.flags() & SocketCalls.MSG_CTRUNC) != 0 ? ": more descriptors came than can be taken; " + came.size() + " were closed"
                : (message.flags() & SocketCalls.MSG_TRUNC) != 0 ? ": more than " + bytes + " bytes came" : "";
        if (!wrong.isEmpty()) {
            came.forEach(Descriptor::close);
            throw new CallFailed(what + wrong, (message.flags() & SocketCalls.MSG_CTRUNC) != 0 ? EMFILE : EMSGSIZE);
        }
        if (bytes == 0) { // nobody of ours sends an empty message: the other end is gone
            came.forEach(Descriptor::close);
            throw new CallFailed(what + ": the other end is gone", EPIPE);
        }
        return new Message(message.bytes(bytes), came);
    }

    /** False when the time is over or this was closed. */
    private boolean await(int events, long end, String what) throws CallFailed, InterruptedException {
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException(what);
            }
            long left = Math.max(0, end - System.nanoTime());
            int fd = socket.enter();
            if (fd < 0) {
                return false;
            }
            int found;
            try {
                found = table.libc().poll(fd, events, (int) Math.min(SLICE_MILLIS, (left + 999_999) / 1_000_000));
            } finally {
                socket.leave();
            }
            if (found < 0 && found != -Libc.EINTR) {
                throw new CallFailed(what, -found);
            }
            if (found > 0) {
                return true;
            }
            if (left == 0) {
                return false;
            }
        }
    }

    /**
     * Who is at the other end.
     *
     * @return empty when this listens, or was closed
     */
    public Optional<Peer> peer() {
        int fd = socket.enter();
        if (fd < 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment three = arena.allocate(JAVA_INT, 3); // struct ucred of linux/socket.h
            return SocketCalls.option(fd, SocketCalls.SO_PEERCRED, three) < 0 || three.getAtIndex(JAVA_INT, 0) == 0 ? Optional.empty()
                    : Optional.of(new Peer(three.getAtIndex(JAVA_INT, 0), three.getAtIndex(JAVA_INT, 1), three.getAtIndex(JAVA_INT, 2)));
        } finally {
            socket.leave();
        }
    }

    /** Ends the connection; a second time does nothing. */
    @Override
    public void close() {
        int fd = socket.enter();
        if (fd >= 0) {
            SocketCalls.shutdown(fd); // wakes who waits; a socket that is not connected says ENOTCONN
            socket.close();
            socket.leave();
            bound.ifPresent(UnixSocket::remove);
        }
    }

    private static void remove(Path path) {
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // It stays, as after a crash.
        }
    }

    @Override
    public String toString() {
        return socket.what();
    }
}
