package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadOrderTest {

    @Test
    void whatIsNeededComesFirstAndOnce() throws Exception {
        Map<String, List<String>> needs = Map.of("vivid", List.of("videodev", "tpg"), "videodev", List.of("mc"), "tpg", List.of("videodev"),
                "mc", List.of(), "virtio_gpu", List.of("drm"), "drm", List.of());
        assertEquals(List.of("drm", "virtio_gpu", "mc", "videodev", "tpg", "vivid"),
                LoadOrder.of(List.of("virtio-gpu", "vivid", "drm"), needs::get));
    }

    @Test
    void aCircleIsNamed() {
        Map<String, List<String>> needs = Map.of("a", List.of("b"), "b", List.of("c"), "c", List.of("b"));
        Trouble trouble = assertThrows(Trouble.class, () -> LoadOrder.of(List.of("a"), needs::get));
        assertTrue(trouble.getMessage().endsWith("a -> b -> c -> b"), trouble.getMessage());
    }

    @Test
    void holdsForAnyGraphWithoutCircles() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Map<String, List<String>> needs = new HashMap<>();
            for (int i = 0; i < 30; i++) {
                List<String> below = new ArrayList<>();
                for (int j = 0; j < i; j++) {
                    if (random.nextInt(6) == 0) {
                        below.add("m" + j);
                    }
                }
                needs.put("m" + i, below);
            }
            List<String> order = LoadOrder.of(List.of("m29", "m17"), needs::get);
            for (String each : order) {
                for (String below : needs.get(each)) {
                    assertTrue(order.contains(below) && order.indexOf(below) < order.indexOf(each), "seed " + seed + ": " + each);
                }
            }
            assertEquals(order.size(), order.stream().distinct().count(), "seed " + seed);
        }
    }
}
