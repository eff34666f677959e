package sharebuf.app.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.app.board.MachineBoard.Node;
import sharebuf.app.cli.Json;
import sharebuf.app.cli.WrongCall;
import sharebuf.linux.Machine;

class MachineBoardTest {
    private static final List<Node> DEVICES = List.of(new Node("video0", "v4l2", "/dev/video0"), new Node("video2", "v4l2", "/dev/video2"),
            new Node("card0", "drm", "/dev/dri/card0"));

    @Test
    void theDriversOfItsDevicesMakeMemoryToo() {
        Map<String, Object> board = new MachineBoard(DEVICES, true, List.of("/dev/dma_heap/system"), 1 << 20, List.of()).feature();
        Map<?, ?> configurations = (Map<?, ?>) board.get("configurations");
        assertThat(configurations.get("sharebuf.linux.driver~video2.mmap")).isEqualTo(Map.of("sharebuf.region", "video2.mmap", "sharebuf.device", "video2", "size", "${driver}"));
        assertThat(configurations.get("sharebuf.exporter.v4l2~video2.mmap")).isEqualTo(Map.of("sharebuf.region", "video2.mmap"));
        assertThat(configurations.get("sharebuf.linux.driver~card0.dumb")).isEqualTo(Map.of("sharebuf.region", "card0.dumb", "sharebuf.device", "card0", "size", "${driver}"));
        assertThat(configurations.get("sharebuf.exporter.drm~card0.dumb")).isEqualTo(Map.of("sharebuf.region", "card0.dumb"));
        assertThat((List<?>) board.get("bundles")).extracting(Object::toString).filteredOn(b -> b.contains("exporter")).as("each once").hasSize(2);
        assertThat(((Map<?, ?>) board.get("variables")).get("driver")).isEqualTo(Integer.toString(1 << 20));
    }

    @Test
    void memoryBeyondAMaskIsRefusedUnlessThatIsAsked() {
        MachineBoard board = new MachineBoard(DEVICES, true, List.of(), 1 << 20, List.of());
        assertThat(bounces(board)).containsOnly("refuse").hasSize(3);
        assertThat(bounces(board.bouncing(true))).containsOnly("allow").hasSize(3);
    }

    private static List<Object> bounces(MachineBoard board) {
        Map<?, ?> configurations = (Map<?, ?>) board.feature().get("configurations");
        return configurations.entrySet().stream().filter(e -> e.getKey().toString().startsWith("sharebuf.linux.device~")).<Object>map(e -> ((Map<?, ?>) e.getValue()).get("bounce")).toList();
    }

    @Test
    void aMachineWithoutAPoolAndHeapsHasThoseOfItsDrivers() {
        Map<?, ?> configurations = (Map<?, ?>) new MachineBoard(DEVICES, false, List.of(), 1 << 20, List.of()).feature().get("configurations");
        assertThat(configurations.keySet()).extracting(Object::toString).filteredOn(k -> k.matches("sharebuf.linux.(pool|heap).*")).isEmpty();
        assertThat(configurations.keySet()).extracting(Object::toString).filteredOn(k -> k.startsWith("sharebuf.linux.driver")).hasSize(3);
    }

    @Test
    void theConnectorOfAVideoDeviceIsAnOption() {
        Map<String, Object> board = new MachineBoard(DEVICES, true, List.of(), 1 << 20, List.of()).feature();
        Map<?, ?> configurations = (Map<?, ?>) board.get("configurations");
        assertThat(configurations.get("sharebuf.importer.v4l2~video2")).isEqualTo(Map.of("sharebuf.device", "video2", "connector", "${video2.connector}"));
        assertThat(configurations.get("sharebuf.importer.drm~card0")).isEqualTo(Map.of("sharebuf.device", "card0"));
        assertThat(((Map<?, ?>) board.get("variables")).get("video0.connector")).isEqualTo("");
        assertThat(((Map<?, ?>) board.get("variables")).containsKey("card0.connector")).isFalse();
    }

    @TempDir
    Path root;

    private void file(String path) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private String why(String device) {
        try {
            MachineBoard.of(new Machine(root), List.of(device));
            return "";
        } catch (WrongCall e) {
            return e.getMessage();
        }
    }

    @Test
    void whatIsNoDeviceIsTold() throws Exception {
        assertThat(why("/dev/video0")).contains("/dev/video0", "a node that exists", "there is none");
        file("dev/video1");
        file("dev/dri/card0");
        assertThat(why("/dev/video0")).contains("there are /dev/video1, /dev/dri/card0");
        assertThat(why("/dev/video1")).contains("a character device");
        assertThat(why("video1")).contains("an absolute path");
    }

    @Test
    void aCharacterDeviceOfAnotherKindIsTold() {
        assertThatThrownBy(() -> MachineBoard.of(new Machine(Path.of("/")), List.of("/dev/null"))).isInstanceOf(WrongCall.class)
                .hasMessageContaining("/dev/null").hasMessageContaining("a V4L2 or a DRM node");
    }

    @Test
    void whatTheMachineLacksIsTold() throws WrongCall {
        assertThat(MachineBoard.of(new Machine(root), List.of()).remarks()).hasSize(2).anyMatch(r -> r.contains("modprobe udmabuf"))
                .anyMatch(r -> r.contains("/dev/dma_heap"));
    }

    @Test
    void theDescriptionNamesWhatIsThereAndNothingElse() throws Exception {
        file("dev/udmabuf");
        file("dev/dma_heap/linux,cma");
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/meminfo"), "MemTotal:        1048576 kB\n");
        MachineBoard found = MachineBoard.of(new Machine(root), List.of());
        MachineBoard board = new MachineBoard(List.of(new Node("video0", "v4l2", "/dev/video0"), new Node("card1", "drm", "/dev/dri/card1")), found.udmabuf(),
                found.heaps(), found.bound(), found.remarks());
        assertThat(board.bound()).isEqualTo(512L << 20);
        assertThat(board.remarks()).isEmpty();
        String text = Json.write(board.feature());
        assertThat(text).contains("\"sharebuf.linux.heap~linux-cma\"").contains("\"path\": \"/dev/dma_heap/linux,cma\"").contains("sharebuf.linux.pool~pool")
                .contains("\"sharebuf.linux.driver~card1.dumb\"").contains("\"sharebuf.linux.driver~video0.mmap\"").contains("\"pool\": \"536870912\"");

        Files.delete(root.resolve("dev/udmabuf"));
        MachineBoard without = MachineBoard.of(new Machine(root), List.of());
        assertThat(without.remarks()).hasSize(1).first().asString().contains("/dev/udmabuf");
        assertThat(Json.write(without.feature())).doesNotContain("sharebuf.linux.pool~pool").doesNotContain("allocator.generic");
    }
}
