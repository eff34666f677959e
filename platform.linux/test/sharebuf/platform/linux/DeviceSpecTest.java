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
import sharebuf.plugin.KnownDriver;

/** Configuration first, then sysfs; nonsense is told with PID, key, value and what is allowed. */
class DeviceSpecTest {
    private static final DeviceFacts FACTS = new DeviceFacts(Optional.of("camera.0"), Optional.of("driver"), List.of("acme,camera"), Optional.of("1"), Optional.of("DMA"), OptionalInt.of(32));

    private record Config(String sharebuf_device, String sharebuf_node, String path, String sharebuf_addressSpace, String[] compatible, String mask,
            String bounce, String role) implements DeviceConfig {
        @Override
        public Class<? extends Annotation> annotationType() {
            return DeviceConfig.class;
        }
    }

    private static DeviceSpec parse(String name, String kind, String path, String space, String mask) {
        return DeviceSpec.parse(new Settings("sharebuf.linux.device~x"), new Config(name, kind, path, space, new String[0], mask, "refuse", ""), FACTS, Optional.empty());
    }

    private static DeviceSpec masked(String configured, OptionalInt sysfs, Optional<KnownDriver> known, String iommu, String bounce) {
        return DeviceSpec.parse(new Settings("sharebuf.linux.device~x"), new Config("camera", "v4l2", "/dev/video0", "kernel", new String[0], configured, bounce, ""),
                new DeviceFacts(Optional.of("camera.0"), Optional.of("acme"), List.of(), Optional.empty(), Optional.of(iommu), sysfs), known);
    }

    private static final Optional<KnownDriver> WIDE = Optional.of(new KnownDriver("acme", KnownDriver.Imports.ANY, false, OptionalInt.of(40), "trial"));

    @Test
    void theMaskIsAsConfiguredElseSysfsElseTheDriversElseTheKernelsDefault() {
        assertThat(masked("0xffffff", OptionalInt.of(36), WIDE, "identity", "refuse").mask()).hasValue(0xff_ffffL);
        assertThat(masked("", OptionalInt.of(36), WIDE, "identity", "refuse").mask()).hasValue((1L << 36) - 1);
        assertThat(masked("", OptionalInt.empty(), WIDE, "identity", "refuse").mask()).hasValue((1L << 40) - 1);
        DeviceSpec unknown = masked("", OptionalInt.empty(), Optional.empty(), "identity", "refuse");
        assertThat(unknown.mask()).as("a mask that nobody knows is not taken for a wide one").hasValue(0xffff_ffffL);
        assertThat(unknown.device().dma().mask()).isEqualTo(0xffff_ffffL);
        assertThat(masked("", OptionalInt.of(64), Optional.empty(), "identity", "refuse").mask()).isEmpty();
    }

    @Test
    void behindAnIommuThereIsNoMaskToObey() {
        DeviceSpec spec = masked("", OptionalInt.of(32), Optional.empty(), "DMA-FQ", "allow");
        assertThat(spec.mask()).isEmpty();
        assertThat(spec.bounce()).isFalse();
        assertThat(spec.device().dma().iommu()).isTrue();
        assertThat(masked("", OptionalInt.empty(), Optional.empty(), "DMA", "refuse").device().dma().mask()).isEqualTo(-1);
    }

    @Test
    void whoAllowsBouncingHasNoMaskInItsConstraintsAndIsTold() {
        DeviceSpec spec = masked("", OptionalInt.of(32), Optional.empty(), "identity", "allow");
        assertThat(spec.device().dma().mask()).isEqualTo(-1);
        assertThat(spec.mask()).hasValue(0xffff_ffffL);
        assertThat(spec.bounce()).isTrue();
        assertThatThrownBy(() -> masked("", OptionalInt.of(32), Optional.empty(), "identity", "perhaps")).hasMessageContainingAll("bounce", "perhaps");
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
