package sharebuf.importer.drm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;

/** Counts unfinished jobs. */
final class CountedFences implements Fences {
    private final Map<BufferId, Integer> open = new HashMap<>();
    private int tooMany;
    /** Buffers with a fence of somebody else that does not come. */
    final Set<BufferId> held = new HashSet<>();
    /** Buffers that are being moved. */
    final Set<BufferId> moving = new HashSet<>();
    /** Buffers whose memory from before is still read. */
    final Set<BufferId> kept = new HashSet<>();

    @Override
    public void begin(UseId use, BufferId buffer) {
        if (held.contains(buffer)) {
            throw new RefusedException(Refusal.of(Errno.ETIMEDOUT, "fence", "fence of gpu ring0", "an end of its job"));
        }
        open.merge(buffer, 1, Integer::sum);
    }

    @Override
    public boolean tryBegin(UseId use, BufferId buffer) {
        if (moving.contains(buffer)) {
            return false;
        }
        begin(use, buffer);
        return true;
    }

    @Override
    public void keep(UseId use, BufferId buffer) {
        kept.add(buffer);
    }

    @Override
    public void letGo(UseId use, BufferId buffer) {
        kept.remove(buffer);
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

    /** Completions of nothing. */
    int tooMany() {
        return tooMany;
    }
}
