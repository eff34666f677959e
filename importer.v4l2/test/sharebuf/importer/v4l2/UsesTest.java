package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;

/** What is told of a device, learnt from its ioctls. */
class UsesTest {
    private static Video video(FakeVideoNode node) throws DeviceException {
        return new Video(node, new CountedFences(), new KeptNotes(), "pid", "", 0, 0);
    }

    private static FormatRange only(FakeVideoNode node) throws DeviceException {
        List<FormatRange> formats = video(node).uses().getFirst().formats();
        assertThat(formats).hasSize(1);
        return formats.getFirst();
    }

    @Test
    void shouldNameTheOnlyUseOfACameraAsTheDevice() throws Exception {
        Use use = video(FakeVideoNode.camera(false, PixelFormat.YUYV)).uses().getFirst();
        assertThat(use.id()).hasToString("cam");
        assertThat(use.access()).isEqualTo(Access.WRITE);
        assertThat(use.lettingGo()).isEqualTo(LettingGo.BETWEEN_JOBS);
        assertThat(use.dma().align()).isEqualTo(64);
        assertThat(use.bytes()).isFalse();
    }

    @Test
    void shouldTellABitstreamQueueFromOneThatTakesAnything() throws Exception {
        List<Use> uses = video(FakeVideoNode.encoder()).uses();
        Use capture = uses.stream().filter(u -> u.id().toString().equals("cam:capture")).findFirst().orElseThrow();
        Use output = uses.stream().filter(u -> u.id().toString().equals("cam:output")).findFirst().orElseThrow();
        assertThat(uses).hasSize(2);
        assertThat(capture.access()).isEqualTo(Access.WRITE);
        assertThat(capture.bytes()).isTrue();
        assertThat(capture.anyFormat()).isFalse();
        assertThat(capture.formats()).isEmpty();
        assertThat(output.access()).isEqualTo(Access.READ);
        assertThat(output.bytes()).isFalse();
        assertThat(output.lettingGo()).isEqualTo(LettingGo.DRAIN);
    }

    @Test
    void shouldPassOnWhatEachUseAcceptsInstead() throws Exception {
        FakeVideoNode node = FakeVideoNode.encoder();
        DmaConstraints two = DmaConstraints.builder().align(2).build();
        DmaConstraints here = DmaConstraints.builder().regions(0, List.of("here")).build();
        node.alternatives.put(Device.EVERY_USE, List.of(two));
        node.alternatives.put("output", List.of(here, two));
        Permitted permitted = Permitted.parse("pid", new String[] {"output.0=there"});
        List<Use> uses = new Video(node, new CountedFences(), new KeptNotes(), "pid", "", 0, 0, permitted).uses();
        assertThat(uses).filteredOn(u -> u.id().use().equals("capture")).singleElement().satisfies(u -> assertThat(u.alternatives()).containsExactly(two));
        assertThat(uses).filteredOn(u -> u.id().use().equals("output")).singleElement().satisfies(u -> {
            assertThat(u.dma().regions()).hasToString("{0=[there]}");
            assertThat(u.alternatives()).containsExactly(here, permitted.in("output", two));
        });
    }

    @Test
    void shouldMergeAFormatListedWithOneAndWithTwoObjects() throws Exception {
        FormatRange both = only(FakeVideoNode.camera(true, PixelFormat.NV12, PixelFormat.NV12M));
        assertThat(both.format()).isEqualTo(PixelFormat.NV12);
        assertThat(both.objects()).isEqualTo(ObjectRule.EITHER);
        assertThat(only(FakeVideoNode.camera(true, PixelFormat.NV12M)).objects()).isEqualTo(ObjectRule.PER_PLANE);
        assertThat(only(FakeVideoNode.camera(true, PixelFormat.NV12)).objects()).isEqualTo(ObjectRule.ONE);
        assertThat(only(FakeVideoNode.camera(true, PixelFormat.YUYV)).objects()).isEqualTo(ObjectRule.EITHER);
    }

    @Test
    void shouldLearnAlignmentsFromWhatTheDriverRoundsTo() throws Exception {
        for (PixelFormat format : List.of(PixelFormat.NV12, PixelFormat.NV12M, PixelFormat.YUYV, PixelFormat.XRGB8888)) {
            for (int pitch : new int[] {1, 32, 64, 256}) {
                for (int height : new int[] {1, 8, 16, 32}) {
                    FakeVideoNode node = FakeVideoNode.camera(true, format);
                    node.pitchAlign = pitch;
                    node.heightAlign = height;
                    FormatRange range = only(node);
                    assertThat(List.of(range.pitchAlign(), range.heightAlign())).as(format + " " + pitch + " " + height)
                        .isEqualTo(List.of(pitch, height));
                    assertThat(range.exactPitch()).isEmpty();
                }
            }
        }
    }

    @Test
    void shouldNotTakeWholePagesForRows() throws Exception {
        for (PixelFormat format : List.of(PixelFormat.NV12, PixelFormat.NV12M, PixelFormat.YUYV)) {
            for (int height : new int[] {1, 16}) {
                FakeVideoNode node = FakeVideoNode.camera(true, format);
                node.wholePages = true;
                node.heightAlign = height;
                assertThat(only(node).heightAlign()).as(format + " " + height).isEqualTo(height);
                Video video = video(node);
                assertThat(video.attach(Given.attached(1, new UseId("cam", "cam"), format, 1, height, 1, 1)).why()).isEmpty();
                assertThat(node.imports).isEqualTo(format.objects());
            }
        }
    }

    @Test
    void shouldTellADriverThatDictatesThePitch() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(false, PixelFormat.YUYV);
        node.ignoresPitch = true;
        node.pitchAlign = 64;
        assertThat(only(node).pitchAlign()).isEqualTo(64);
        node.stepwise = false;
        List<FormatRange> discrete = video(node).uses().getFirst().formats();
        assertThat(discrete).extracting(FormatRange::exactPitch).containsExactly(Optional.of(1280L), Optional.of(3840L));
        assertThat(discrete).extracting(FormatRange::sizes)
            .containsExactly(new SizeRange(640, 640, 1, 480, 480, 1), new SizeRange(1920, 1920, 1, 1080, 1080, 1));
    }

    @Test
    void shouldTryForSizesWhereTheyAreNotListed() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);
        node.enumeratesSizes = false;
        assertThat(only(node).sizes()).isEqualTo(new SizeRange(32, 4096, 2, 32, 2160, 2));
    }

    @Test
    void shouldLetTheConfigurationDecide() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);
        node.pitchAlign = 64;
        FormatRange range = new Video(node, new CountedFences(), new KeptNotes(), "pid", "", 128, 4).uses().getFirst().formats().getFirst();
        assertThat(range.pitchAlign()).isEqualTo(128);
        assertThat(range.heightAlign()).isEqualTo(4);
    }

    @Test
    void shouldSayWhenThereIsNothingToQueue() {
        FakeVideoNode radio = FakeVideoNode.camera(false);
        assertThatThrownBy(() -> video(radio)).isInstanceOf(DeviceException.class).hasMessageContaining("ENODEV").hasMessageContaining("no format");
        radio.capabilities = 0;
        assertThatThrownBy(() -> video(radio)).isInstanceOf(DeviceException.class).hasMessageContaining("no video queue");
        FakeVideoNode gone = FakeVideoNode.camera(false, PixelFormat.YUYV);
        gone.fail(V4l2.VIDIOC_ENUM_FMT, Errno.ENODEV);
        assertThatThrownBy(() -> video(gone)).isInstanceOf(DeviceException.class).hasMessageContaining("ENODEV");
    }
}
