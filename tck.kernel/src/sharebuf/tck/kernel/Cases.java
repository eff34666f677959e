package sharebuf.tck.kernel;

import java.util.List;
import java.util.stream.Stream;

/** Every case, in the order in which they are played. */
final class Cases {
    static final List<Case> ALL = Stream.of(HeapCases.all(), UdmabufCases.all(), DmaBufCases.all(), OutsideCases.all(), FenceCases.all(), CycleCases.all(),
            VideoCases.all(), AttachCases.all(), InputCases.all(), CardCases.all(), DisplayCases.all(), ImportCases.all(), FaultCases.all(),
            WaitCases.all(), UnplugCases.all()).flatMap(List::stream).toList();

    private Cases() {
    }
}
