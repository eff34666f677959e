package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Access;
import sharebuf.device.Device;

/** The broker goes while plug-ins and platform are still there. */
class BrokerEndTest {
    private final Scene scene = new Scene();

    @Test
    void importersLetGoFirstAndWhatTheCpuHasOpenStays() {
        FakeRegion region = scene.region("pool", 0x1000_0000L, 64 * 4096);
        Scene.Quiet camera = new Scene.Quiet("camera", Access.WRITE, Scene.any());
        scene.device(Node.of(new Device("camera", List.of(), "soc", Scene.any())), camera);
        scene.seat("pool", CmaFor.region(region), "cma");
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096).count(2), Scene.uses("camera", "cpu")).orThrow();
        CpuAccess open = set.buffers().getFirst().beginCpuAccess(Access.READ, Duration.ZERO).orThrow();
        var bytes = open.object(0);
        assertThat(camera.attached).hasSize(1);

        scene.broker.end();

        assertThat(camera.attached).isEmpty();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.liveExtents()).isEqualTo(1);
        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 0)).isZero();
        for (ThrowingCallable use : List.<ThrowingCallable>of(() -> scene.session.allocateFor(BufferSpec.bytes(1), Scene.uses("cpu")),
                () -> set.attach(Scene.uses("camera").getFirst(), MovePolicy.NEVER), () -> scene.broker.open("late", "test 1.0.0", "here"))) {
            assertThatThrownBy(use).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.refusal().errno()).isEqualTo(Errno.ENODEV));
        }
        open.close();
        assertThat(scene.liveExtents()).isZero();
        scene.close();
    }
}
