package sharebuf.app.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text in columns.
 *
 * <p>Confined to one thread.
 */
public final class Table {
    private static final int WIDE = 76;
    private final List<String[]> rows = new ArrayList<>();
    private final String indent;

    /**
     * An empty table.
     *
     * @param indent what each line begins with
     */
    public Table(String indent) {
        this.indent = indent;
    }

    /**
     * Adds a row.
     *
     * @param cells its cells
     * @return this
     */
    public Table row(Object... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = String.valueOf(cells[i]);
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(r -> r.length).max().orElse(0);
        int[] width = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < row.length - 1; i++) {
                // One long cell must not push everybody else to the right.
                width[i] = Math.max(width[i], Math.min(row[i].length(), WIDE));
            }
        }
        StringBuilder s = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]);
                if (i < row.length - 1) {
                    line.append(" ".repeat(Math.max(0, width[i] - row[i].length()) + 2));
                }
            }
            s.append(line.toString().stripTrailing()).append('\n');
        }
        return s.toString();
    }
}
