package sharebuf.broker.solve;

import java.util.Optional;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Refusal;
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
     * @return empty when it suits
     */
    public static Optional<Refusal> misfit(BufferSpec spec, Layout layout, Party party) {
        return Pictures.takes(spec, layout, party);
    }
}
