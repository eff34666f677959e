package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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

    @Test
    void readsWhatAModuleNeeds() {
        assertEquals(List.of("drm", "drm_kms_helper"),
                KernelModule.depends(module("license=GPL\0\0parm=depends=none\0depends=drm,drm_kms_helper\0name=x\0")));
        assertEquals(List.of(), KernelModule.depends(module("license=GPL\0depends=\0")));
        assertThrows(IllegalArgumentException.class, () -> KernelModule.depends("no module".repeat(20).getBytes(StandardCharsets.US_ASCII)));
    }

    /** An ELF file with nothing but a section .modinfo and the names of sections. */
    private static byte[] module(String modinfo) {
        byte[] text = modinfo.getBytes(StandardCharsets.US_ASCII);
        byte[] names = "\0.modinfo\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
        int table = 64 + text.length + names.length;
        ByteBuffer elf = ByteBuffer.allocate(table + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0, 0x464c457f).put(4, (byte) 2);
        elf.putLong(0x28, table).putShort(0x3a, (short) 64).putShort(0x3c, (short) 3).putShort(0x3e, (short) 2);
        elf.put(64, text).put(64 + text.length, names);
        elf.putInt(table + 64, 1).putLong(table + 64 + 0x18, 64).putLong(table + 64 + 0x20, text.length);
        elf.putInt(table + 128, 10).putLong(table + 128 + 0x18, 64L + text.length).putLong(table + 128 + 0x20, names.length);
        return elf.array();
    }
}
