package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.linux.DeviceFacts;

/** Configuration first, then sysfs; nonsense is told with PID, key, value and what is allowed. */
class DeviceSpecTest {
    private static final DeviceFacts FACTS = new DeviceFacts(Optional.of("driver"), List.of("acme,camera"), Optional.of("1"), Optional.of("DMA"), OptionalInt.of(32));

    private record Config(String sharebuf_device, String sharebuf_node, String path, String sharebuf_addressSpace, String[] compatible, String mask,
            String role) implements DeviceConfig {
        @Override
        public Class<? extends Annotation> annotationType() {
            return DeviceConfig.class;
        }
    }

    private static DeviceSpec parse(String name, String kind, String path, String space, String mask) {
        return DeviceSpec.parse(new Settings("sharebuf.linux.device~x"), new Config(name, kind, path, space, new String[0], mask, ""), FACTS);
    }

    @Test
    void sysfsFillsWhatIsNotConfigured() {
        DeviceSpec spec = parse("camera", "v4l2", "/dev/video0", "kernel", "");
        assertThat(spec.device().compatible()).containsExactly("acme,camera");
        assertThat(spec.device().dma().iommu()).isTrue();
        assertThat(spec.device().dma().mask()).isEqualTo(0xffff_ffffL);
        assertThat(parse("camera", "v4l2", "/dev/video0", "kernel", "0xffffff").device().dma().mask()).isEqualTo(0xff_ffffL);
    }

    @ParameterizedTest
    @CsvSource({"'', v4l2, /dev/video0, kernel, '', sharebuf.device", "a b, v4l2, /dev/video0, kernel, '', a b", "camera, usb, /dev/video0, kernel, '', usb",
            "camera, v4l2, video0, kernel, '', video0", "camera, v4l2, /dev/video0, '', '', sharebuf.addressSpace", "camera, v4l2, /dev/video0, kernel, wide, wide",
            "camera, v4l2, /dev/video0, kernel, 0, mask"})
    void nonsenseIsTold(String name, String kind, String path, String space, String mask, String told) {
        assertThatThrownBy(() -> parse(name, kind, path, space, mask)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("sharebuf.linux.device~x", told);
    }

    @Test
    void aRegionNeedsWholePages() {
        Settings settings = new Settings("sharebuf.linux.pool~p");
        assertThat(settings.size("1MiB", 4096)).isEqualTo(1 << 20);
        for (String wrong : List.of("0", "4097", "much", "0xffffffffffffff00")) {
            assertThatThrownBy(() -> settings.size(wrong, 4096)).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("sharebuf.linux.pool~p", wrong);
        }
    }
}
