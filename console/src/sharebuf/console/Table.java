package sharebuf.console;

import java.util.ArrayList;
import java.util.List;

/** Rows of texts in aligned columns, two blanks between them. Confined to one thread. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(List.of(head));
    }

    /** Adds a row; cells are shown by their text. */
    void row(Object... cells) {
        List<String> texts = new ArrayList<>();
        for (Object cell : cells) {
            texts.add(String.valueOf(cell));
        }
        if (texts.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(texts.size() + " cells in a table of " + rows.getFirst().size() + " columns");
        }
        rows.add(texts);
    }

    /** The table, or what to say when it has no row. */
    String text(String whenEmpty) {
        if (rows.size() == 1) {
            return whenEmpty;
        }
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] + 2 - row.get(i).length());
            }
            out.append(out.isEmpty() ? "" : "\n").append(line.toString().stripTrailing());
        }
        return out.toString();
    }
}
