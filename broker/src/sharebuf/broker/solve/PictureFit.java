package sharebuf.broker.solve;

import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.Layout;

/** Whether one more use takes a layout that stands already. Stateless. */
public final class PictureFit {
    private PictureFit() {
    }

    /**
     * What does not suit.
     *
     * @param spec what the buffers are
     * @param layout their layout
     * @param party the use
     * @param all the uses that would take part, for the fix
     * @return empty when it suits
     */
    public static Optional<Refusal> misfit(BufferSpec spec, Layout layout, Party party, List<UseId> all) {
        return Pictures.takes(spec, layout, party, all);
    }
}
