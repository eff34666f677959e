package sharebuf.app.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.app.cli.Json;
import sharebuf.linux.Machine;

/** A machine that is played: a camera, a card that imports, one that does not, a heap and udmabuf. */
class ProbeTest {
    @TempDir
    Path root;
    private final PlayedKernel kernel = new PlayedKernel();

    @BeforeEach
    void machine() throws IOException {
        for (String node : new String[] {"dev/dma_heap/system", "dev/udmabuf", "dev/video0", "dev/dri/card0", "dev/dri/card1", "dev/dri/renderD128"}) {
            file(node, "");
        }
        file("sys/kernel/iommu_groups/0/type", "identity\n");
        file("sys/kernel/iommu_groups/0/devices/0000:00:02.0/x", "");
        file("proc/sys/kernel/osrelease", "6.12.1\n");
    }

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private Findings look() {
        Findings findings = new Probe(Optional.of(kernel), new Machine(root)).look();
        assertThat(kernel.open()).as("everything is closed again").isEmpty();
        assertThat(kernel.handles).as("no handle is left").isZero();
        assertThat(kernel.slots).as("no slot is left").isZero();
        return findings;
    }

    private static Map<String, String> results(Findings f) {
        return f.matrix().cells().stream().collect(Collectors.toMap(c -> c.exporter() + " > " + c.importer(), c -> c.result().orElse("unknown")));
    }

    @Test
    void shouldFindTheMatrixByTrying() {
        Findings f = look();
        assertThat(f.matrix().exporters()).containsExactly("heap system", "udmabuf", "dumb card0", "dumb card1");
        assertThat(f.matrix().importers()).containsExactly("card0", "card1", "video0:capture");
        assertThat(results(f)).hasSize(12).containsEntry("heap system > card0", "ok").containsEntry("heap system > card1", "ENODEV")
                .containsEntry("udmabuf > video0:capture", "EFAULT").containsEntry("heap system > video0:capture", "ok").containsEntry("dumb card1 > card1", "ok");
        assertThat(f.matrix().bytes()).as("the camera's picture in whole pages").isEqualTo(1920 * 1080 * 2 + 4095 & -4096);
    }

    @Test
    void shouldQueueWhereThereIsNoPrepare() {
        kernel.prepare = false;
        assertThat(look().matrix().cells()).filteredOn(c -> c.importer().equals("video0:capture")).allMatch(c -> c.step().equals("VIDIOC_QBUF"));
    }

    @Test
    void shouldLeaveAQueueAloneThatSomebodyElseUses() {
        kernel.busy = true;
        assertThat(look().matrix().cells()).filteredOn(c -> c.importer().equals("video0:capture"))
                .allMatch(c -> c.result().equals(Optional.of("EBUSY")) && c.step().equals("VIDIOC_REQBUFS"));
    }

    @Test
    void shouldSayUnknownWhereNothingCouldBeTried() {
        kernel.heapErrno = 12;
        Findings f = look();
        assertThat(results(f)).containsEntry("heap system > card0", "unknown");
        assertThat(ProbeText.of(f)).contains("unknown", "DMA_HEAP_IOCTL_ALLOC", "ENOMEM");
    }

    @Test
    void shouldTellWhatMayNotBeOpened() {
        kernel.denied = "video0";
        Findings f = look();
        assertThat(f.videos()).singleElement().satisfies(v -> assertThat(v.problem().orElseThrow()).contains("video0", "EACCES"));
        assertThat(f.matrix().importers()).containsExactly("card0", "card1");
    }

    @Test
    void shouldDescribeNodesAndGroups() {
        Findings f = look();
        assertThat(f.videos()).singleElement().satisfies(v -> assertThat(v.queues().toString()).contains("capture", "YUYV 1920x1080"));
        assertThat(f.cards()).extracting(c -> c.driver().orElse("")).containsExactly("imports", "refuses");
        assertThat(f.groups()).singleElement().isEqualTo(new Findings.Group("0", Optional.of("identity"), java.util.List.of("0000:00:02.0")));
        assertThat(ProbeText.of(f)).contains("kernel 6.12.1", "mask unknown", "identity", "at most unknown MiB");
        assertThat(Json.write(ProbeJson.of(f))).contains("\"maskBits\": null", "\"contiguous\": false", "\"result\": \"ENODEV\"");
    }

    @Test
    void shouldSayWhatItLookedForWhereNothingIs(@TempDir Path empty) {
        Findings f = new Probe(Optional.of(kernel), new Machine(empty)).look();
        assertThat(ProbeText.of(f)).contains("/dev/dma_heap/*", "/dev/udmabuf", "/dev/video*", "/dev/dri/card*", "none", "nothing to try");
    }

    @Test
    void shouldOpenNothingWhereNoCallCanBeMade() {
        Findings f = new Probe(Optional.empty(), new Machine(root)).look();
        assertThat(f.videos()).singleElement().satisfies(v -> assertThat(v.problem()).contains("not opened"));
        assertThat(ProbeText.of(f)).contains("system calls need");
    }
}
