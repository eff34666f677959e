package sharebuf.app.flow;

import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Access;
import sharebuf.device.UseId;

/** The CPU: opens each buffer for reading, looks at its bytes, closes it. */
final class CpuReader implements Reader {
    /** The use by which the CPU takes part in a set. */
    static final UseId CPU = new UseId("cpu", "cpu");

    private final UseId writer;
    private final Flow flow;
    private final Look look;
    private final Inbox inbox = new Inbox();
    private Work work;

    /** What is done with the bytes. */
    interface Look {
        /**
         * Looks.
         *
         * @param access the bytes
         * @param number of the frame, as the writer counts
         */
        void at(CpuAccess access, long number);
    }

    CpuReader(UseId writer, Flow flow, Look look) {
        this.writer = writer;
        this.flow = flow;
        this.look = look;
    }

    @Override
    public UseId use() {
        return CPU;
    }

    @Override
    public void start() {
        work = new Work("cpu-" + writer, flow, this::run);
    }

    @Override
    public void accept(int index, long number) {
        inbox.put(index, number);
    }

    private void run() throws InterruptedException, RefusedException {
        for (Inbox.Item item = inbox.take(flow); item != null; item = inbox.take(flow)) {
            try (CpuAccess access = flow.buffers().get(item.index()).beginCpuAccess(Access.READ, Limits.STALL).orThrow()) {
                look.at(access, item.number());
            }
            flow.released(item.index());
        }
    }

    @Override
    public void finish() throws FlowFailure {
        inbox.close();
        if (work != null) {
            work.join("cpu reading " + writer);
        }
    }
}
