package sharebuf.app.cli;

import sharebuf.buffer.Explanation;

/** Which of what it accepts a use got, for people. Stateless. */
public final class Alternatives {
    private Alternatives() {
    }

    /**
     * Whether a line of an explanation is about that.
     *
     * @param line the line
     * @return false for a constraint
     */
    public static boolean is(Explanation.Line line) {
        return line.constraint().equals("alternative");
    }

    /**
     * A row for what the use got, and one for each that it likes better.
     *
     * @param table where they are put
     * @param line one that {@link #is about that}
     */
    public static void rows(Table table, Explanation.Line line) {
        String[] parts = line.value().split("; (?=not \\d+: )");
        for (int i = 0; i < parts.length; i++) {
            table.row(i == 0 ? String.join(", ", line.by()) : "", i == 0 ? "alternative " + parts[i] : parts[i]);
        }
    }
}
