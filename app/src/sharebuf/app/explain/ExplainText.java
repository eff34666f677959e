package sharebuf.app.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import sharebuf.app.cli.Alternatives;
import sharebuf.app.cli.Table;
import sharebuf.buffer.Explanation;
import sharebuf.format.Layout;
import sharebuf.format.PlaneLayout;

/** An explanation for people. */
final class ExplainText {
    private static final int EXTENTS = 4;

    private ExplainText() {
    }

    static String of(Explained explained) {
        Explanation e = explained.explanation();
        StringBuilder s = new StringBuilder(e.request()).append(" for ").append(String.join(", ", e.uses())).append('\n');
        Table constraints = new Table("  ").row("constraint", "merged value", "asked for by");
        Table alternatives = new Table("  ");
        for (Explanation.Line l : e.constraints()) {
            if (Alternatives.is(l)) {
                Alternatives.rows(alternatives, l);
            } else {
                constraints.row(l.constraint(), l.value(), l.by().isEmpty() ? "nobody" : String.join(", ", l.by()));
            }
        }
        if (!e.constraints().isEmpty()) {
            s.append("\nwhat the memory must be\n").append(constraints);
            String got = alternatives.toString();
            s.append(got.isEmpty() ? "" : "\nwhich alternative each use got\n" + got);
        }
        if (!e.allocators().isEmpty()) {
            s.append("\nwho could give it\n").append(matrix(e));
            Table reasons = new Table("  ");
            e.allocators().forEach(r -> r.cells().stream().filter(c -> !c.pass())
                    .forEach(c -> reasons.row(r.allocator(), "object " + r.object(), c.requirement() + ":", c.reason())));
            String text = reasons.toString();
            s.append(text.isEmpty() ? "" : "\nwhy not\n" + text);
        }
        if (!explained.apart().isEmpty()) {
            s.append("\nwhat would do with a copy between the sets\n");
            explained.apart().forEach(g -> s.append("  ").append(String.join(", ", g.uses())).append(" in ").append(String.join(", ", g.regions())).append('\n'));
        }
        if (!explained.learnt().isEmpty()) {
            s.append("\nlearnt\n");
            explained.learnt().forEach(h -> s.append("  ").append(h.message()).append('\n'));
        }
        if (!e.choices().isEmpty()) {
            Table choices = new Table("  ");
            for (Explanation.Choice c : e.choices()) {
                choices.row("object " + c.object(), "from " + c.region() + " by " + c.allocator() + ":", c.reason());
            }
            s.append("\nchosen\n").append(choices);
            explained.layout().ifPresent(l -> s.append("\nhow a buffer looks\n").append(layout(l)));
            s.append(extents(explained));
        }
        return s.toString();
    }

    /** Allocators down, requirements across. */
    private static Table matrix(Explanation e) {
        SequencedSet<String> requirements = new java.util.LinkedHashSet<>();
        e.allocators().forEach(r -> r.cells().forEach(c -> requirements.add(c.requirement())));
        Table table = new Table("  ");
        Object[] head = new Object[requirements.size() + 4];
        head[0] = "allocator";
        head[1] = "region";
        head[2] = "object";
        int i = 3;
        for (String r : requirements) {
            head[i++] = r;
        }
        head[i] = "offers";
        table.row(head);
        for (Explanation.Row row : e.allocators()) {
            Map<String, Boolean> passes = new LinkedHashMap<>();
            row.cells().forEach(c -> passes.merge(c.requirement(), c.pass(), Boolean::logicalAnd));
            Object[] line = new Object[head.length];
            line[0] = row.allocator();
            line[1] = row.region();
            line[2] = row.object();
            i = 3;
            for (String r : requirements) {
                line[i++] = passes.containsKey(r) ? passes.get(r) ? "pass" : "FAIL" : "-";
            }
            line[i] = row.offered() ? "yes" : "no";
            table.row(line);
        }
        return table;
    }

    private static Table layout(Layout layout) {
        Table table = new Table("  ");
        for (int i = 0; i < layout.objects().size(); i++) {
            table.row("object " + i, layout.objects().get(i) + " bytes");
        }
        for (int i = 0; i < layout.planes().size(); i++) {
            PlaneLayout p = layout.planes().get(i);
            table.row("plane " + i, "object " + p.object() + " from " + p.offset() + ": " + p.rows() + " rows with pitch " + p.pitch() + p.tile().map(t -> ", in memory as tiles of " + t).orElse(""));
        }
        return table;
    }

    private static String extents(Explained explained) {
        Table table = new Table("  ");
        for (int buffer = 0; buffer < explained.buffers().size(); buffer++) {
            var objects = explained.buffers().get(buffer);
            for (int object = 0; object < objects.size(); object++) {
                var extents = objects.get(object).extents();
                String text = String.join(" ", extents.stream().limit(EXTENTS).map(Objects::toString).toList());
                table.row("buffer " + buffer, "object " + object, text + (extents.size() > EXTENTS ? " … " + extents.size() + " in all" : ""));
            }
        }
        return "\nwhere it lay (taken, looked at, given back)\n" + table;
    }
}
