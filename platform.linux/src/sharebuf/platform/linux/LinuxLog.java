package sharebuf.platform.linux;

import java.util.List;
import sharebuf.linux.KernelMessages;
import sharebuf.platform.KernelLog;

/** The kernel's log, as the broker reads it. */
record LinuxLog(KernelMessages messages) implements KernelLog {
    @Override
    public List<Line> lines() {
        return messages.read(MOST).stream().map(m -> new Line(m.level(), m.text(), m.device())).toList();
    }

    @Override
    public void close() {
        messages.close();
    }
}
