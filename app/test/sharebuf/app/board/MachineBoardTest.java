package sharebuf.app.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sharebuf.app.board.MachineBoard.Node;

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
    void aMachineWithoutAPoolAndHeapsHasThoseOfItsDrivers() {
        Map<?, ?> configurations = (Map<?, ?>) new MachineBoard(DEVICES, false, List.of(), 1 << 20, List.of()).feature().get("configurations");
        assertThat(configurations.keySet()).extracting(Object::toString).filteredOn(k -> k.matches("sharebuf.linux.(pool|heap).*")).isEmpty();
        assertThat(configurations.keySet()).extracting(Object::toString).filteredOn(k -> k.startsWith("sharebuf.linux.driver")).hasSize(3);
    }
}
