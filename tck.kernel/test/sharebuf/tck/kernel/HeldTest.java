package sharebuf.tck.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.linux.Machine;

/** What is held, from files that play a machine's. */
class HeldTest {
    @TempDir
    Path root;

    private Held held(int buffers, String... targets) throws IOException {
        Path fds = root.resolve("proc/self/fd");
        Files.createDirectories(fds);
        for (int i = 0; i < 20; i++) {
            Files.deleteIfExists(fds.resolve(String.valueOf(i)));
        }
        for (int i = 0; i < targets.length; i++) {
            Files.createSymbolicLink(fds.resolve(String.valueOf(i)), Path.of(targets[i]));
        }
        Path bufinfo = root.resolve("sys/kernel/debug/dma_buf/bufinfo");
        Files.createDirectories(bufinfo.getParent());
        Files.writeString(bufinfo, "\nDma-buf Objects:\nsize    flags\n\nTotal " + buffers + " objects, " + buffers * 4096L + " bytes\n");
        return Held.now(new Machine(root));
    }

    @Test
    void shouldSayWhatWasLeft() throws IOException {
        Held before = held(1, "/dev/null", "/dmabuf:", "/home/some.jar");
        assertThat(held(1, "/dmabuf:", "/dev/null", "socket:[17]").more(before, Set.of("/dev/udmabuf"))).isEmpty();
        assertThat(held(2, "/dmabuf:", "/dmabuf:", "/dev/null").more(before, Set.of("/dev/udmabuf"))).hasSize(2).anySatisfy(t -> assertThat(t).contains("1 descriptors of /dmabuf"))
                .anySatisfy(t -> assertThat(t).contains("2 dma-bufs of 8192 bytes"));
        assertThat(held(2, "/dmabuf:").more(before.withoutKernel(), Set.of("/dev/udmabuf"))).isEmpty();
    }

    @Test
    void shouldAllowOneDescriptorOfWhatIsKept() throws IOException {
        Held before = held(0);
        assertThat(held(0, "/dev/udmabuf").more(before, Set.of("/dev/udmabuf"))).isEmpty();
        assertThat(held(0, "/dev/udmabuf", "/dev/udmabuf").more(before, Set.of("/dev/udmabuf"))).hasSize(1);
    }

    @Test
    void shouldKnowNothingOfAKernelThatDoesNotSay() {
        assertThat(Held.buffers("")).isEmpty();
        assertThat(Held.now(new Machine(root)).buffers()).isEmpty();
    }
}
