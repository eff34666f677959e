package sharebuf.plugin;

import java.util.List;

/**
 * What only a plug-in understands, kept unread by the ledger and given to its successor.
 *
 * <p>Immutable.
 *
 * @param schema what the numbers mean, such as {@code tiler.slot}; not blank
 * @param version of the schema, at least 0
 * @param data the numbers, at most {@link #MAX_DATA}
 */
public record Note(String schema, int version, List<Long> data) {
    /** The most numbers of a note. */
    public static final int MAX_DATA = 64;

    /** Checks and copies. */
    public Note {
        data = List.copyOf(data);
        if (schema.isBlank() || version < 0 || data.size() > MAX_DATA) {
            throw new IllegalArgumentException("note '" + schema + "' version " + version + " with " + data.size() + " numbers: a schema, version >= 0, at most "
                    + MAX_DATA);
        }
    }
}
