package sharebuf.broker;

import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Refusal;
import sharebuf.platform.KernelLog;

/**
 * Quotes the kernel in a refusal: what it said meanwhile and is about the device, or is a warning or worse. Errors of drivers' frameworks name
 * no device: "contiguous chunk is too small 4096/1228800". Stateless.
 */
final class Quote {
    private static final int WARNING = 4;
    private static final int LINES = 3;
    private static final int LENGTH = 160;

    private Quote() {
    }

    static Refusal of(Refusal why, List<KernelLog.Line> said, Optional<Node> node) {
        List<String> lines = said.stream().filter(l -> l.level() <= WARNING || node.filter(n -> n.named(l)).isPresent()).map(KernelLog.Line::text).distinct()
                .limit(LINES).map(t -> t.length() > LENGTH ? t.substring(0, LENGTH) + "…" : t).toList();
        return lines.isEmpty() ? why : new Refusal(why.errno(), why.device(), why.use(), why.constraint(),
                why.found() + " (kernel: " + String.join("; ", lines) + ")", why.needed(), why.fix(), why.allocators());
    }
}
