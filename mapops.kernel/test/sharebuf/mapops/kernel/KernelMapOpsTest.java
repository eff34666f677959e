package sharebuf.mapops.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.Windows;

class KernelMapOpsTest {
    private static final UseId USE = new UseId("camera", "capture");

    private static MemoryConstraints through(DmaConstraints device, DmaConstraints use) {
        return new KernelMapOps().through(new Device("camera", List.of(), "kernel", device), USE, use);
    }

    private static DmaConstraints.Builder dma() {
        return DmaConstraints.builder();
    }

    @Test
    void withoutIommuTheTighterOfDeviceAndUseHolds() {
        Windows low = new Windows(List.of(new Windows.Window(0, 0xffff_ffffL)));
        DmaConstraints masked = dma().mask(0xffff_ffffL).build();
        assertThat(through(masked, dma().build()).reach().value()).isEqualTo(low);
        assertThat(through(dma().build(), masked).reach().value()).isEqualTo(low);
        assertThat(through(dma().build(), dma().build())).isEqualTo(MemoryConstraints.NONE);
    }

    @Test
    void withoutIommuSegmentsCountAsDeclared() {
        assertThat(through(dma().build(), dma().segments(SegmentLimits.CONTIGUOUS).build()).contiguous()).isTrue();
    }

    @Test
    void behindAnIommuAnyPagesDo() {
        DmaConstraints device = dma().iommu(true).mask(0xffff_ffffL).build();
        MemoryConstraints seen = through(device, dma().mask(0xffff_ffffL).segments(SegmentLimits.CONTIGUOUS).align(4096).build());
        assertThat(seen.reach().value()).isEqualTo(Windows.ALL);
        assertThat(seen.contiguous()).isFalse();
        assertThat(seen.align().value()).isEqualTo(4096);
    }
}
