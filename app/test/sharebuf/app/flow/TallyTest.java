package sharebuf.app.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.SharedBuffer;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;

class TallyTest {
    private final MemorySegment luma = Arena.ofAuto().allocate(64 * 4);
    private final MemorySegment chroma = Arena.ofAuto().allocate(64 * 2);
    private final SharedBuffer buffer = buffer(luma, chroma);
    private final Tally tally = new Tally("camera", 2);

    private static SharedBuffer buffer(MemorySegment... objects) {
        CpuAccess access = (CpuAccess) Proxy.newProxyInstance(CpuAccess.class.getClassLoader(), new Class<?>[] {CpuAccess.class},
                (p, m, a) -> m.getName().equals("object") ? objects[(int) a[0]] : null);
        return (SharedBuffer) Proxy.newProxyInstance(SharedBuffer.class.getClassLoader(), new Class<?>[] {SharedBuffer.class}, (p, m, a) -> switch (m.getName()) {
            case "layout" -> Layout.withPitch(PixelFormat.NV12M, 4, 64, 1);
            case "beginCpuAccess" -> Outcome.ok(access);
            default -> throw new UnsupportedOperationException(m.getName());
        });
    }

    @Test
    void whatStaysTheSameIsWholeAndWhatNeverCameBackIsLost() {
        tally.filled(0, 0, false, buffer);
        tally.filled(1, 2, false, buffer);
        tally.released(0, buffer);
        assertThat(List.of(tally.fate(0), tally.fate(1), tally.fate(2))).containsExactly(Books.Fate.WHOLE, Books.Fate.LOST, Books.Fate.LOST);
        assertThat(Verdict.of(3, List.of(tally))).isEqualTo(new Verdict(3, 1, 2, 0, List.of("frames 1-2 lost at camera")));
    }

    @Test
    void oneByteInAnyObjectTearsAFrame() {
        tally.filled(0, 0, false, buffer);
        chroma.set(ValueLayout.JAVA_BYTE, 127, (byte) 1);
        tally.released(0, buffer);
        tally.filled(0, 1, false, buffer);
        luma.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        tally.released(0, buffer);
        assertThat(Verdict.of(2, List.of(tally)).torn()).isEqualTo(2);
        assertThat(tally.notes()).hasSize(2).allMatch(n -> n.contains("when the last reader let go"));
    }

    @Test
    void aFrameThatItsDriverCallsDamagedIsTornWhoeverReadIt() {
        tally.filled(0, 0, true, buffer);
        tally.released(0, buffer);
        tally.filled(0, 1, false, buffer);
        tally.released(0, buffer);
        assertThat(List.of(tally.fate(0), tally.fate(1))).containsExactly(Books.Fate.TORN, Books.Fate.WHOLE);
    }

    @Test
    void framesThatTheCameraSkippedByItselfAreLostAndSaySo() {
        tally.filled(0, 0, false, buffer);
        tally.released(0, buffer);
        tally.skipped(1, 1, 3);
        assertThat(Verdict.of(2, List.of(tally)).lost()).isEqualTo(1);
        assertThat(tally.notes()).containsExactly("frame 1 skipped by camera itself, which had 3 buffers to fill");
    }
}
