package sharebuf.app.run;

import java.util.List;
import sharebuf.inventory.Snapshot;

final class MemoryMap {
    record Reach(String device, String windows) { }

    private MemoryMap() {
    }

    static String draw(String board, List<SetReport> sets, Snapshot snapshot, List<Reach> reach) {
        return "<svg/>";
    }
}
