package sharebuf.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files of a machine say, on a folder that plays one. */
class MachineTest {
    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void link(String path, String to) throws IOException {
        Path link = root.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createDirectories(root.resolve(to));
        Files.createSymbolicLink(link, link.getParent().relativize(root.resolve(to)));
    }

    private DeviceFacts card(String type) throws IOException {
        String device = "sys/devices/pci0/0000:00:02.0";
        link("sys/class/drm/card0/device", device);
        link(device + "/driver", "sys/bus/pci/drivers/some_gpu");
        link(device + "/iommu_group", "sys/kernel/iommu_groups/7");
        file("sys/kernel/iommu_groups/7/type", type + "\n");
        file(device + "/dma_mask_bits", "32\n");
        file(device + "/of_node/compatible", "acme,gpu-2\0acme,gpu\0");
        return new Machine(root).facts("/dev/dri/card0");
    }

    @Test
    void shouldReadTheFactsOfADevice() throws IOException {
        assertThat(card("DMA-FQ")).isEqualTo(new DeviceFacts(Optional.of("0000:00:02.0"), Optional.of("some_gpu"), List.of("acme,gpu-2", "acme,gpu"), Optional.of("7"),
                Optional.of("DMA-FQ"), OptionalInt.of(32)));
        assertThat(new Machine(root).facts("/dev/dri/card0").translated()).isTrue();
        assertThat(new Machine(root).facts("/dev/dri/card0").mask()).hasValue(0xffff_ffffL);
    }

    @ParameterizedTest
    @CsvSource({"DMA, true", "DMA-FQ, true", "identity, false", "unmanaged, false", "blocked, false", "DMA-of-the-future, false", "'', false"})
    void shouldTakeOnlyWhatTranslatesForAnIommu(String type, boolean translated) throws IOException {
        assertThat(card(type).translated()).isEqualTo(translated);
    }

    @Test
    void shouldTakeAGroupWhoseTypeCannotBeReadForNone() throws IOException {
        card("DMA");
        Files.delete(root.resolve("sys/kernel/iommu_groups/7/type"));
        DeviceFacts facts = new Machine(root).facts("/dev/dri/card0");
        assertThat(facts.iommuGroup()).contains("7");
        assertThat(facts.translated()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"64, -1", "63, 9223372036854775807", "40, 1099511627775", "32, 4294967295", "1, 1"})
    void shouldTurnTheWidthIntoAMask(int bits, long mask) throws IOException {
        card("identity");
        file("sys/devices/pci0/0000:00:02.0/dma_mask_bits", bits + "\n");
        assertThat(new Machine(root).facts("/dev/dri/card0").mask()).hasValue(mask);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "", "wide", "-1", "128"})
    void shouldNotKnowAMaskThatMakesNoSense(String text) throws IOException {
        card("identity");
        file("sys/devices/pci0/0000:00:02.0/dma_mask_bits", text + "\n");
        assertThat(new Machine(root).facts("/dev/dri/card0").mask()).isEmpty();
    }

    @Test
    void shouldAskTheTransportOfAVirtioDevice() throws IOException {
        card("DMA");
        String virtio = "sys/devices/pci0/0000:00:02.0/virtio1";
        link("sys/class/drm/card1/device", virtio);
        link(virtio + "/driver", "sys/bus/virtio/drivers/some_virtio_gpu");
        link(virtio + "/subsystem", "sys/bus/virtio");
        DeviceFacts facts = new Machine(root).facts("/dev/dri/card1");
        assertThat(facts.driver()).contains("some_virtio_gpu");
        assertThat(facts.translated()).isTrue();
        assertThat(facts.mask()).hasValue(0xffff_ffffL);
    }

    @Test
    void shouldKnowNothingOfAPlatformDevice() throws IOException {
        String device = "sys/devices/platform/camera.0";
        link("sys/class/video4linux/video0/device", device);
        link(device + "/driver", "sys/bus/platform/drivers/some_camera");
        link(device + "/subsystem", "sys/bus/platform");
        DeviceFacts facts = new Machine(root).facts("/dev/video0");
        assertThat(facts).isEqualTo(new DeviceFacts(Optional.of("camera.0"), Optional.of("some_camera"), List.of(), Optional.empty(), Optional.empty(), OptionalInt.empty()));
    }

    @Test
    void shouldFollowALinkToANode() throws IOException {
        card("DMA");
        file("dev/dri/card0", "");
        Files.createDirectories(root.resolve("dev/dri/by-path"));
        Files.createSymbolicLink(root.resolve("dev/dri/by-path/pci-card"), Path.of("../card0"));
        assertThat(new Machine(root).facts("/dev/dri/by-path/pci-card").driver()).contains("some_gpu");
    }

    @Test
    void shouldLeaveEmptyWhatIsNotSaid() {
        DeviceFacts facts = new Machine(root).facts("/dev/video9");
        assertThat(facts).isEqualTo(new DeviceFacts(Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.empty(), OptionalInt.empty()));
        assertThat(facts.translated()).isFalse();
        assertThat(facts.mask()).as("unknown, not all").isEmpty();
        assertThat(new Machine(root).ram()).isEmpty();
        assertThat(new Machine(root).names("/dev/dma_heap", ".+")).isEmpty();
    }

    @Test
    void shouldFindRamWhereItIsShown() throws IOException {
        file("proc/iomem", "00001000-0009fbff : System RAM\n  00002000-00002fff : something inside\n000f0000-000fffff : System ROM\n100000000-17fffffff : System RAM\n");
        assertThat(new Machine(root).ram()).contains(List.of(new Machine.Range(0x1000, 0x9fbff), new Machine.Range(0x1_0000_0000L, 0x1_7fff_ffffL)));
    }

    @Test
    void shouldNotBelieveTheZerosThatOthersThanRootAreShown() throws IOException {
        file("proc/iomem", "00000000-00000000 : System RAM\n00000000-00000000 : Reserved\n");
        assertThat(new Machine(root).ram()).isEmpty();
        file("sys/firmware/memmap/0/type", "System RAM\n");
        file("sys/firmware/memmap/0/start", "0x100000\n");
        file("sys/firmware/memmap/0/end", "0xbfffffff\n");
        file("sys/firmware/memmap/1/type", "Reserved\n");
        assertThat(new Machine(root).ram()).contains(List.of(new Machine.Range(0x10_0000, 0xbfff_ffffL)));
    }

    @Test
    void shouldListNodesByTheirNumbers() throws IOException {
        file("dev/video10", "");
        file("dev/video2", "");
        file("dev/video-codec", "");
        assertThat(new Machine(root).names("/dev", "video\\d+")).containsExactly("video2", "video10");
    }

    @Test
    void shouldReadWhatTheKernelSaysOfADmaBuf() throws IOException {
        file("proc/self/fdinfo/7", "pos:\t0\nflags:\t02000002\nmnt_id:\t12\nino:\t33\nsize:\t8192\ncount:\t3\nexp_name:\tsystem\nname:\tb1.0 run\n");
        file("proc/self/fdinfo/8", "pos:\t0\nflags:\t02000002\nmnt_id:\t12\nino:\t33\nsize:\t8192\ncount:\t3\nexp_name:\tudmabuf\n");
        file("proc/self/fdinfo/9", "pos:\t0\nflags:\t02000002\nmnt_id:\t12\nino:\t33\n");
        file("proc/self/fdinfo/10", "size:\t-1\ncount:\t1\nexp_name:\tliar\n");
        Machine machine = new Machine(root);
        assertThat(machine.dmaBuf(7)).contains(new DmaBufInfo(8192, 3, "system", "b1.0 run"));
        assertThat(machine.dmaBuf(8)).contains(new DmaBufInfo(8192, 3, "udmabuf", ""));
        assertThat(machine.dmaBuf(9)).isEmpty();
        assertThat(machine.dmaBuf(10)).isEmpty();
        assertThat(machine.dmaBuf(11)).isEmpty();
    }
}
