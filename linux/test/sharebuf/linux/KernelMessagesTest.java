package sharebuf.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sharebuf.linux.KernelMessages.Message;

/** Records of /dev/kmsg as its documentation has them, and a reader that never waits. */
class KernelMessagesTest {
    @Test
    void aRecordIsRead() {
        assertThat(Message.parse("3,1234,56789,-;contiguous chunk is too small 4096/1228800\n")).contains(new Message(3, "contiguous chunk is too small 4096/1228800", ""));
        assertThat(Message.parse("6,339,5140900,-;NET: Registered protocol family 10\n")).contains(new Message(6, "NET: Registered protocol family 10", ""));
        assertThat(Message.parse("4,341,6690716,-,caller=T1;acme_isp isp.0: too small; really\n SUBSYSTEM=platform\n DEVICE=+platform:isp.0\n"))
                .contains(new Message(4, "acme_isp isp.0: too small; really", "isp.0"));
        assertThat(Message.parse("4,1,2,-;gone\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:02.0\n")).contains(new Message(4, "gone", "0000:00:02.0"));
        assertThat(Message.parse("4,1,2,-;disk\n SUBSYSTEM=block\n DEVICE=b8:0\n")).contains(new Message(4, "disk", ""));
    }

    @Test
    void whatProgramsWroteAndNonsenseIsNoMessageOfTheKernel() {
        assertThat(Message.parse("12,2,3,-;systemd[1]: Started")).isEmpty();
        for (String nonsense : List.of("", ";", "3", "3,1,2,-", "x,1,2,-;text", ",1,2,-;text", "3,1,2,-;", "3,1,2,-;  \n", "99999999999,1,2,-;text", "3;a,b")) {
            assertThat(Message.parse(nonsense)).as(nonsense).isEmpty();
        }
    }

    /** A file that gives these records, texts or errnos, one a read. */
    private static Libc kmsg(int open, long seek, Object... reads) {
        ArrayDeque<Object> left = new ArrayDeque<>(List.of(reads));
        return (Libc) Proxy.newProxyInstance(Libc.class.getClassLoader(), new Class<?>[] {Libc.class}, (p, m, a) -> switch (m.getName()) {
            case "open" -> open;
            case "seek" -> seek;
            case "read" -> {
                Object next = left.isEmpty() ? (Object) (-(long) Libc.EAGAIN) : left.pop();
                if (next instanceof String text) {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    ((MemorySegment) a[1]).copyFrom(MemorySegment.ofArray(bytes));
                    yield (long) bytes.length;
                }
                yield next;
            }
            case "close" -> 0;
            case "identity" -> Optional.of(new Libc.FileId(1, 1));
            default -> throw new AssertionError(m.getName());
        });
    }

    private static Optional<KernelMessages> from(Descriptors descriptors) {
        return KernelMessages.fromNow(descriptors, new Machine(Path.of("/")));
    }

    @Test
    void allThatIsThereIsReadAndNothingIsWaitedFor() {
        Descriptors descriptors = new Descriptors(kmsg(7, 0, "3,1,1,-;one", -32L, "3,3,1,-;three", -4L, "12,4,1,-;somebody", "3,5,1,-;five"));
        try (KernelMessages messages = from(descriptors).orElseThrow()) {
            assertThat(messages.read(100)).extracting(Message::text).containsExactly("one", "three", "five");
            assertThat(messages.read(100)).isEmpty();
        }
        assertThat(descriptors.count()).isZero();
    }

    @Test
    void aKernelThatTalksWithoutEndIsNotHeardWithoutEnd() {
        Object[] reads = new Object[1000];
        java.util.Arrays.fill(reads, "3,1,1,-;again");
        try (Descriptors descriptors = new Descriptors(kmsg(7, 0, reads)); KernelMessages messages = from(descriptors).orElseThrow()) {
            assertThat(messages.read(10)).hasSize(10);
        }
    }

    @Test
    void aLogThatMayNotBeReadIsAbsent() {
        assertThat(from(new Descriptors(kmsg(-1, 0)))).isEmpty();
        Descriptors descriptors = new Descriptors(kmsg(7, -29));
        assertThat(from(descriptors)).isEmpty();
        assertThat(descriptors.count()).isZero();
    }
}
