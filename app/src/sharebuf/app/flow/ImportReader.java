package sharebuf.app.flow;

import sharebuf.device.UseId;

/**
 * A device that has the buffers of a set imported and no interface to do anything with them: a card without outputs. It takes part as long
 * as it is attached, and needs no frame for any time.
 *
 * <p>Thread-safe: without state.
 */
final class ImportReader implements Reader {
    private final UseId use;
    private final Flow flow;

    ImportReader(UseId use, Flow flow) {
        this.use = use;
        this.flow = flow;
    }

    @Override
    public UseId use() {
        return use;
    }

    @Override
    public void start() {
        // It was imported when it was attached.
    }

    @Override
    public void accept(int index, long number) {
        flow.released(index);
    }

    @Override
    public void finish() {
        // It holds nothing.
    }
}
