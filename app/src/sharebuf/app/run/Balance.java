package sharebuf.app.run;

import java.util.LinkedHashMap;
import java.util.Map;
import sharebuf.inventory.Snapshot;

/**
 * What the ledger holds, counted; the difference of two counts is what was not given back.
 *
 * <p>Immutable.
 *
 * @param buffers live buffers
 * @param attachments uses of each live buffer
 * @param mappings live mappings
 * @param extents live extents
 * @param descriptors objects that are exported
 */
public record Balance(long buffers, long attachments, long mappings, long extents, long descriptors) {
    /**
     * Counts.
     *
     * @param s the ledger
     * @return what is in it
     */
    public static Balance of(Snapshot s) {
        return new Balance(s.buffers().size(), s.buffers().stream().mapToLong(b -> b.uses().size()).sum(), s.mappings().size(),
                s.regions().stream().mapToLong(r -> r.extents().size()).sum(), s.buffers().stream().mapToLong(b -> b.objects().size()).sum());
    }

    /**
     * The difference.
     *
     * @param before an earlier count
     * @return what came since
     */
    public Balance minus(Balance before) {
        return new Balance(buffers - before.buffers, attachments - before.attachments, mappings - before.mappings, extents - before.extents,
                descriptors - before.descriptors);
    }

    /**
     * Whether nothing is left.
     *
     * @return true when every count is 0
     */
    public boolean even() {
        return buffers == 0 && attachments == 0 && mappings == 0 && extents == 0 && descriptors == 0;
    }

    /**
     * For reports.
     *
     * @param classLoaders how many could not be collected
     * @return by name
     */
    public Map<String, Object> json(long classLoaders) {
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
