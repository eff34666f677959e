package sharebuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of Unix sockets, by downcalls. Results as in {@link Libc}: at least 0, or the errno with a minus. Values are those of
 * linux/socket.h, linux/net.h and asm-generic/socket.h, the same on x86-64 and arm64.
 *
 * <p>Stateless.
 */
final class SocketCalls {
    static final int AF_UNIX = 1;
    static final int SOCK_SEQPACKET = 5;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int SO_PEERCRED = 17;
    static final int SHUT_RDWR = 2;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x4000_0000;

    private static final MethodHandle SOCKET = NativeLibc.call("socket", -1, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKETPAIR = NativeLibc.call("socketpair", -1, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle BIND = NativeLibc.call("bind", -1, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = NativeLibc.call("listen", -1, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT = NativeLibc.call("accept4", -1, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = NativeLibc.call("connect", -1, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SENDMSG = NativeLibc.call("sendmsg", -1, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVMSG = NativeLibc.call("recvmsg", -1, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SHUTDOWN = NativeLibc.call("shutdown", -1, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle GETSOCKOPT = NativeLibc.call("getsockopt", -1, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private SocketCalls() {
    }

    static int socket(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) SOCKET.invokeExact(s, AF_UNIX, type, 0), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    /** Two connected sockets, put into two {@code int}. */
    static int socketpair(int type, MemorySegment two) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) SOCKETPAIR.invokeExact(s, AF_UNIX, type, 0, two), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static int bind(int fd, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) BIND.invokeExact(s, fd, address, (int) address.byteSize()), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static int listen(int fd, int backlog) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) LISTEN.invokeExact(s, fd, backlog), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static int accept(int fd, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) ACCEPT.invokeExact(s, fd, MemorySegment.NULL, MemorySegment.NULL, flags), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static int connect(int fd, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) CONNECT.invokeExact(s, fd, address, (int) address.byteSize()), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static long sendmsg(int fd, MemorySegment header, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((long) SENDMSG.invokeExact(s, fd, header, flags), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static long recvmsg(int fd, MemorySegment header, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((long) RECVMSG.invokeExact(s, fd, header, flags), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    static int shutdown(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            return NativeLibc.result((int) SHUTDOWN.invokeExact(s, fd, SHUT_RDWR), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }

    /** An option of the level SOL_SOCKET; its size is that of the segment. */
    static int option(int fd, int name, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = NativeLibc.state(arena);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            return NativeLibc.result((int) GETSOCKOPT.invokeExact(s, fd, SOL_SOCKET, name, value, size), s);
        } catch (Throwable t) {
            throw NativeLibc.unexpected(t);
        }
    }
}
