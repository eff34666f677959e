package sharebuf.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layouts and numbers of socket messages against the C compiler of this machine. */
class SocketLayoutTest {
    @Test
    void shouldAgreeWithTheHeaders(@TempDir Path dir) throws Exception {
        Map<String, Long> java = java();
        StringBuilder program = new StringBuilder("#define _GNU_SOURCE\n#include <fcntl.h>\n#include <poll.h>\n#include <stddef.h>\n#include <stdio.h>\n#include <sys/socket.h>\n"
                + "#include <sys/uio.h>\n#include <sys/un.h>\nint main(void) {\n");
        java.keySet().forEach(e -> program.append("printf(\"%s=%lld\\n\", \"").append(e).append("\", (long long) (").append(e).append("));\n"));
        Path source = dir.resolve("layout.c");
        Files.writeString(source, program + "return 0; }\n");
        Path binary = dir.resolve("layout");
        Process gcc;
        try {
            gcc = new ProcessBuilder("gcc", "-o", binary.toString(), source.toString()).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "not compared with C: " + e.getMessage());
            return;
        }
        assertThat(new String(gcc.getInputStream().readAllBytes())).isEmpty();
        assertThat(gcc.waitFor()).isZero();
        Map<String, Long> c = new LinkedHashMap<>();
        Process run = new ProcessBuilder(binary.toString()).start();
        for (String line : new String(run.getInputStream().readAllBytes()).lines().toList()) {
            c.put(line.substring(0, line.lastIndexOf('=')), Long.parseLong(line.substring(line.lastIndexOf('=') + 1)));
        }
        assertThat(java).containsExactlyEntriesOf(c);
    }

    private static Map<String, Long> java() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (StructLayout layout : List.of(SocketMessage.HEADER, SocketMessage.PIECE, SocketMessage.CONTROL)) {
            String name = "struct " + layout.name().orElseThrow();
            all.put("sizeof(" + name + ")", layout.byteSize());
            for (MemoryLayout field : layout.memberLayouts()) {
                if (!(field instanceof PaddingLayout)) {
                    String path = field.name().orElseThrow();
                    all.put("offsetof(" + name + ", " + path + ")", layout.byteOffset(PathElement.groupElement(path)));
                    // glibc's msghdr and cmsghdr have size_t where the kernel has, so sizes compare too
                    all.put("sizeof(((" + name + " *) 0)->" + path + ")", field.byteSize());
                }
            }
        }
        for (int n : new int[] {1, 2, 3, 253}) {
            all.put("CMSG_SPACE(" + n + " * sizeof(int))", SocketMessage.space(n));
        }
        all.put("offsetof(struct sockaddr_un, sun_path)", 2L);
        all.put("sizeof(((struct sockaddr_un *) 0)->sun_path) - 1", (long) UnixSocket.MAX_PATH);
        all.put("AF_UNIX", (long) SocketCalls.AF_UNIX);
        all.put("SOCK_SEQPACKET", (long) SocketCalls.SOCK_SEQPACKET);
        all.put("SOCK_CLOEXEC", (long) SocketCalls.SOCK_CLOEXEC);
        all.put("SOL_SOCKET", (long) SocketCalls.SOL_SOCKET);
        all.put("SCM_RIGHTS", (long) SocketCalls.SCM_RIGHTS);
        all.put("SO_PEERCRED", (long) SocketCalls.SO_PEERCRED);
        all.put("SHUT_RDWR", (long) SocketCalls.SHUT_RDWR);
        all.put("MSG_CTRUNC", (long) SocketCalls.MSG_CTRUNC);
        all.put("MSG_TRUNC", (long) SocketCalls.MSG_TRUNC);
        all.put("MSG_DONTWAIT", (long) SocketCalls.MSG_DONTWAIT);
        all.put("MSG_NOSIGNAL", (long) SocketCalls.MSG_NOSIGNAL);
        all.put("MSG_CMSG_CLOEXEC", (long) SocketCalls.MSG_CMSG_CLOEXEC);
        all.put("F_DUPFD_CLOEXEC", (long) Libc.F_DUPFD_CLOEXEC);
        all.put("POLLIN", (long) Libc.POLLIN);
        all.put("POLLOUT", (long) Libc.POLLOUT);
        return all;
    }
}
