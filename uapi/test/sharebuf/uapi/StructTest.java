package sharebuf.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** What the accessors do with the bytes. */
class StructTest {
    private final Arena arena = Arena.ofAuto();

    @Test
    void shouldSeeTheSameBytesThroughEveryView() {
        MemorySegment bytes = arena.allocate(V4l2Buffer.LAYOUT);
        new V4l2Buffer(bytes).index(3).length(0xffff_ffffL).fd(-1);
        assertThat(bytes.get(ValueLayout.JAVA_INT, 0)).isEqualTo(3);
        V4l2Buffer other = new V4l2Buffer(bytes);
        assertThat(other.length()).isEqualTo(0xffff_ffffL);
        assertThat(other.fd()).isEqualTo(-1);
        other.clear();
        assertThat(bytes.mismatch(arena.allocate(V4l2Buffer.LAYOUT))).isEqualTo(-1);
    }

    @Test
    void shouldFollowAPointerToItsArray() {
        MemorySegment planes = arena.allocate(V4l2Plane.LAYOUT, 2);
        V4l2Buffer buffer = new V4l2Buffer(arena.allocate(V4l2Buffer.LAYOUT)).planes(planes.address()).length(2);
        MemorySegment seen = Struct.memory(buffer.planes(), buffer.length() * V4l2Plane.LAYOUT.byteSize());
        new V4l2Plane(seen.asSlice(V4l2Plane.LAYOUT.byteSize())).fd(77);
        assertThat(new V4l2Plane(planes.asSlice(64)).fd()).isEqualTo(77);
        assertThatThrownBy(() -> Struct.memory(0, 64)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldReachEveryPlaneAndNoFurther() {
        V4l2PixFormatMplane format = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).pixMp();
        for (int i = 0; i < V4l2.VIDEO_MAX_PLANES; i++) {
            format.plane(i).sizeImage(100 + i).bytesPerLine(10 + i);
        }
        format.numPlanes(8);
        assertThat(format.plane(7).sizeImage()).isEqualTo(107);
        assertThat(format.segment().get(ValueLayout.JAVA_INT, 20 + 7 * 20)).isEqualTo(107);
        assertThatThrownBy(() -> format.plane(8)).isInstanceOf(IndexOutOfBoundsException.class);
        DrmFramebuffer framebuffer = new DrmFramebuffer(arena.allocate(DrmFramebuffer.LAYOUT)).modifier(3, -1).offset(3, 5);
        assertThat(framebuffer.modifier(3)).isEqualTo(-1);
        assertThatThrownBy(() -> framebuffer.handle(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldCutTextsAndRefuseNumbersThatDoNotFit() {
        V4l2Capability capability = new V4l2Capability(arena.allocate(V4l2Capability.LAYOUT)).driver("a driver of a long name").card("card");
        assertThat(capability.driver()).isEqualTo("a driver of a l");
        assertThat(capability.card()).isEqualTo("card");
        capability.driver("x");
        assertThat(capability.driver()).isEqualTo("x");
        V4l2PixFormat format = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).pix();
        assertThatThrownBy(() -> format.sizeImage(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> format.bytesPerLine(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNameIoctls() {
        assertThat(V4l2.nameOf(V4l2.VIDIOC_QBUF)).isEqualTo("VIDIOC_QBUF");
        assertThat(Drm.nameOf(0xffff_ffff_c068_64b8L)).isEqualTo("DRM_IOCTL_MODE_ADDFB2");
        assertThat(Drm.nameOf(1)).isEqualTo("ioctl 0x1");
    }
}
