package sharebuf.importer.v4l2;

import java.util.HashMap;
import java.util.Map;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;

/** Counts unfinished jobs. */
final class CountedFences implements Fences {
    private final Map<BufferId, Integer> open = new HashMap<>();
    private int tooMany;

    @Override
    public void begin(UseId use, BufferId buffer) {
        open.merge(buffer, 1, Integer::sum);
    }

    @Override
    public void complete(UseId use, BufferId buffer) {
        int left = open(buffer) - 1;
        if (left < 0) {
            tooMany++;
        } else {
            open.put(buffer, left);
        }
    }

    int open(BufferId buffer) {
        return open.getOrDefault(buffer, 0);
    }

    /** Completions of nothing since the last call. */
    int tooMany() {
        int n = tooMany;
        tooMany = 0;
        return n;
    }
}
