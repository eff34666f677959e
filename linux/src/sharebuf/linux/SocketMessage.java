package sharebuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code sendmsg(2)} and {@code recvmsg(2)} take: one piece of bytes, and room for descriptors beside it.
 *
 * <pre>
 *   msghdr ---- msg_iov -----> iovec ---> bytes
 *     '-------- msg_control -> cmsghdr (SOL_SOCKET, SCM_RIGHTS) | fd | fd | ... padded to 8
 * </pre>
 *
 * The layouts are those of 64-bit Linux (linux/socket.h, linux/uio.h), which x86-64 and arm64 share. Confined to the arena's thread.
 */
final class SocketMessage {
    static final StructLayout HEADER = MemoryLayout.structLayout(ADDRESS.withName("msg_name"), JAVA_INT.withName("msg_namelen"),
            MemoryLayout.paddingLayout(4), ADDRESS.withName("msg_iov"), JAVA_LONG.withName("msg_iovlen"), ADDRESS.withName("msg_control"),
            JAVA_LONG.withName("msg_controllen"), JAVA_INT.withName("msg_flags"), MemoryLayout.paddingLayout(4)).withName("msghdr");
    static final StructLayout PIECE = MemoryLayout.structLayout(ADDRESS.withName("iov_base"), JAVA_LONG.withName("iov_len")).withName("iovec");
    static final StructLayout CONTROL = MemoryLayout.structLayout(JAVA_LONG.withName("cmsg_len"), JAVA_INT.withName("cmsg_level"), JAVA_INT.withName("cmsg_type"))
            .withName("cmsghdr");

    private static final long ALIGN = 8; // CMSG_ALIGN: sizeof(long)

    private final MemorySegment header;
    private final MemorySegment bytes;
    private final MemorySegment control;

    /** Room for so many bytes and descriptors. */
    SocketMessage(Arena arena, long size, int descriptors) {
        header = arena.allocate(HEADER);
        bytes = arena.allocate(Math.max(1, size));
        control = arena.allocate(space(descriptors), ALIGN);
        MemorySegment piece = arena.allocate(PIECE);
        piece.set(ADDRESS, 0, bytes);
        piece.set(JAVA_LONG, offset(PIECE, "iov_len"), size);
        header.set(ADDRESS, offset(HEADER, "msg_iov"), piece);
        header.set(JAVA_LONG, offset(HEADER, "msg_iovlen"), 1);
        if (descriptors > 0) {
            header.set(ADDRESS, offset(HEADER, "msg_control"), control);
            header.set(JAVA_LONG, offset(HEADER, "msg_controllen"), control.byteSize());
        }
    }

    /** CMSG_SPACE: a header and its data, padded. */
    static long space(int descriptors) {
        return descriptors == 0 ? 0 : CONTROL.byteSize() + (descriptors * 4L + ALIGN - 1 & -ALIGN);
    }

    static SocketMessage of(Arena arena, byte[] data, int[] descriptors) {
        SocketMessage m = new SocketMessage(arena, data.length, descriptors.length);
        MemorySegment.copy(MemorySegment.ofArray(data), 0, m.bytes, 0, data.length);
        if (descriptors.length > 0) {
            long length = CONTROL.byteSize() + descriptors.length * 4L; // CMSG_LEN: without the padding
            m.control.set(JAVA_LONG, offset(CONTROL, "cmsg_len"), length);
            m.control.set(JAVA_INT, offset(CONTROL, "cmsg_level"), SocketCalls.SOL_SOCKET);
            m.control.set(JAVA_INT, offset(CONTROL, "cmsg_type"), SocketCalls.SCM_RIGHTS);
            for (int i = 0; i < descriptors.length; i++) {
                m.control.set(JAVA_INT, CONTROL.byteSize() + 4L * i, descriptors[i]);
            }
        }
        return m;
    }

    MemorySegment header() {
        return header;
    }

    byte[] bytes(int count) {
        return bytes.asSlice(0, count).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    int flags() {
        return header.get(JAVA_INT, offset(HEADER, "msg_flags"));
    }

    /** Every descriptor that came: they are this process's now, whatever else is wrong with the message. */
    List<Integer> descriptors() {
        List<Integer> all = new ArrayList<>();
        long end = Math.min(control.byteSize(), header.get(JAVA_LONG, offset(HEADER, "msg_controllen")));
        long at = 0;
        while (end - at >= CONTROL.byteSize()) {
            long length = control.get(JAVA_LONG, at + offset(CONTROL, "cmsg_len"));
            if (length < CONTROL.byteSize() || length > end - at) {
                break;
            }
            if (control.get(JAVA_INT, at + offset(CONTROL, "cmsg_level")) == SocketCalls.SOL_SOCKET
                    && control.get(JAVA_INT, at + offset(CONTROL, "cmsg_type")) == SocketCalls.SCM_RIGHTS) {
                for (long d = at + CONTROL.byteSize(); d + 4 <= at + length; d += 4) {
                    all.add(control.get(JAVA_INT, d));
                }
            }
            at += length + ALIGN - 1 & -ALIGN;
        }
        return all;
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }
}
