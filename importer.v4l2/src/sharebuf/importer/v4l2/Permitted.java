package sharebuf.importer.v4l2;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.device.DmaConstraints;

/**
 * Which memory the planes of each use must lie in, as whoever configures the device knows it: a driver does not tell.
 *
 * <pre>
 *   capture.0=right     plane 0 of what the device writes lies in region "right"
 *   capture.1=left      plane 1 in "left"
 *   output=right|left   all planes of what it reads in either
 * </pre>
 *
 * <p>Immutable.
 *
 * @param where the configuration, for messages
 * @param byUse names of regions by plane, by name of the use
 */
record Permitted(String where, SortedMap<String, SortedMap<Integer, List<String>>> byUse) {
    static final Permitted ANYWHERE = new Permitted("", new TreeMap<>());
    /** No pixel format has more planes, and no video device more objects a buffer. */
    private static final int PLANES = 8;
    private static final Pattern ITEM = Pattern.compile("([A-Za-z0-9._-]+?)(?:\\.([0-7]))?=([A-Za-z0-9._-]+(?:\\|[A-Za-z0-9._-]+)*)");

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming where, the item and what is allowed
     */
    static Permitted parse(String where, String[] items) {
        TreeMap<String, SortedMap<Integer, List<String>>> byUse = new TreeMap<>();
        for (String item : items) {
            Matcher m = ITEM.matcher(item.strip());
            if (!m.matches()) {
                throw new IllegalArgumentException(where + ": regions = " + item + ": allowed is USE=REGION or USE.PLANE=REGION, plane 0 to 7, "
                    + "REGION|REGION where either will do, such as capture.0=right");
            }
            SortedMap<Integer, List<String>> planes = byUse.computeIfAbsent(m.group(1), _ -> new TreeMap<>());
            List<String> names = Arrays.asList(m.group(3).split("\\|"));
            int first = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
            for (int plane = first; plane < (m.group(2) == null ? PLANES : first + 1); plane++) {
                if (planes.put(plane, names) != null) {
                    throw new IllegalArgumentException(where + ": regions = " + item + ": allowed is one item a plane, plane " + plane + " has another");
                }
            }
        }
        return new Permitted(where, byUse);
    }

    /**
     * Adds what a use must have. What says itself where a plane may lie keeps that.
     *
     * @param use name of the use
     * @param dma what it demands anyway, or accepts instead
     */
    DmaConstraints in(String use, DmaConstraints dma) {
        SortedMap<Integer, List<String>> planes = byUse.get(use);
        if (planes == null) {
            return dma;
        }
        DmaConstraints.Builder more = dma.with();
        for (Map.Entry<Integer, List<String>> each : planes.entrySet()) {
            if (!dma.regions().containsKey(each.getKey())) {
                more.regions(each.getKey(), each.getValue());
            }
        }
        return more.build();
    }

    /**
     * Refuses names that no use has.
     *
     * @param uses those of the device
     * @throws IllegalArgumentException naming them
     */
    void check(List<String> uses) {
        for (String use : byUse.keySet()) {
            if (!uses.contains(use)) {
                throw new IllegalArgumentException(where + ": regions of use " + use + ": allowed are " + String.join(", ", uses));
            }
        }
    }
}
