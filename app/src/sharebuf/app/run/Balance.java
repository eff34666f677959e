package sharebuf.app.run;

import java.util.LinkedHashMap;
import java.util.Map;
import sharebuf.inventory.Snapshot;

/**
 * What the ledger holds, counted; the difference of two counts is what was not given back.
 *
 * <p>Immutable.
 */
record Balance(long buffers, long attachments, long mappings, long extents, long descriptors) {
    static Balance of(Snapshot s) {
        return new Balance(s.buffers().size(), s.buffers().stream().mapToLong(b -> b.uses().size()).sum(), s.mappings().size(),
                s.regions().stream().mapToLong(r -> r.extents().size()).sum(), s.buffers().stream().mapToLong(b -> b.objects().size()).sum());
    }

    Balance minus(Balance before) {
        return new Balance(buffers - before.buffers, attachments - before.attachments, mappings - before.mappings, extents - before.extents,
                descriptors - before.descriptors);
    }

    boolean even() {
        return buffers == 0 && attachments == 0 && mappings == 0 && extents == 0 && descriptors == 0;
    }

    Map<String, Object> json(long classLoaders) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("buffers", buffers);
        map.put("attachments", attachments);
        map.put("mappings", mappings);
        map.put("extents", extents);
        map.put("descriptors", descriptors);
        map.put("classLoaders", classLoaders);
        return map;
    }
}
