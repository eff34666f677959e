package sharebuf.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sharebuf.app.cli.Alternatives;
import sharebuf.app.cli.Table;
import sharebuf.app.flow.Stream;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Hypothesis;
import sharebuf.inventory.Snapshot;
import sharebuf.plugin.Quantity;

/** A run for people. */
final class Text {
    private Text() {
    }

    /** Which memory was chosen for each set, and why; which alternative each use got that has several. */
    static List<String> sets(List<BufferSet> sets, Snapshot snapshot) {
        List<String> lines = new ArrayList<>();
        for (BufferSet set : sets) {
            SetReport report = new SetReport(set, snapshot);
            lines.add("");
            lines.add(report.writer() + " -> " + String.join(" + ", report.readers()) + ": " + set.spec() + ", "
                    + Quantity.text(set.layout().size()) + " each");
            Table table = new Table("  ");
            for (Explanation.Choice choice : set.explain().choices()) {
                table.row("object " + choice.object(), "from " + choice.region() + " by " + choice.allocator() + ":", brief(choice.reason()));
            }
            set.explain().constraints().stream().filter(Alternatives::is).forEach(l -> Alternatives.rows(table, l));
            lines.add(table.toString());
        }
        return lines;
    }

    /** Where the CPU copies, and why. */
    static List<String> copies(List<Stream.Copy> copies) {
        return copies.stream().map(c -> "copied by the CPU, " + Quantity.text(c.bytesPerFrame()) + " a frame: " + c.from() + " -> "
                + String.join(" + ", c.to().stream().map(Object::toString).toList()) + ", since " + c.why().message()).toList();
    }

    /** Which devices may get what the kernel copied instead of what others wrote. */
    static List<String> bounces(List<BufferSet> sets) {
        List<String> lines = new ArrayList<>();
        for (BufferSet set : sets) {
            for (Attachment a : set.attachments()) {
                long objects = set.buffers().stream().flatMap(b -> b.objects().stream()).filter(a::mayBounce).count();
                long bytes = set.buffers().isEmpty() ? 0 : set.buffers().stream().mapToLong(b -> b.objects().stream().mapToLong(a::bounced).sum()).max().orElse(0);
                if (bytes > 0) {
                    lines.add("bounced, " + Quantity.text(bytes) + " a frame: " + a.use().id() + " does not reach the memory of the set, each frame is copied " + (a.use().access().writes() ? "from" : "to") + " where it does");
                }
                if (objects > 0) {
                    lines.add("may bounce: " + objects + " objects for " + a.use().id() + " may lie beyond what it reaches; the kernel then copies, and damaged frames are nobody's error");
                }
            }
        }
        return lines;
    }

    /** What importers taught. */
    static List<String> learnt(List<Hypothesis> learnt) {
        return learnt.stream().map(h -> "learnt: " + h.message()).toList();
    }

    /** Why others were not taken is for {@code explain}. */
    private static String brief(String reason) {
        int not = reason.indexOf("; not ");
        return not < 0 ? reason : reason.substring(0, not);
    }

    /** What became of it. */
    static List<String> end(Result r) {
        List<String> lines = new ArrayList<>();
        if (!r.events.isEmpty()) {
            Table table = new Table("  ");
            for (Event e : r.events) {
                table.row("frame " + e.frame(), e.action(), e.outcome(), millis(e.micros()), e.message());
            }
            lines.add("");
            lines.add("events");
            lines.add(table.toString());
        }
        if (r.began) {
            lines.add("");
            r.turned.forEach((reader, turn) -> lines.add("shown turned: " + reader + " sees each picture " + turn));
            lines.add(String.format(Locale.ROOT, "frames: %d of %d delivered, %d lost, %d torn, %.1f a second", r.verdict.delivered(), r.requested,
                    r.verdict.lost(), r.verdict.torn(), r.fps()));
            if (r.pauses.any()) {
                lines.add(r.pauses.text());
            }
            if (r.frames < r.requested) {
                lines.add((r.cut ? "the run" : "the source") + " ended at frame " + r.frames + " of " + r.requested);
            }
        }
        if (!r.violations.isEmpty()) {
            lines.add("");
            lines.add("broken rules");
            r.violations.forEach(v -> lines.add("  " + v));
        }
        boolean left = !r.leaks.even() || r.classLoaders > 0;
        if (r.began || left) {
            lines.add(left ? "not given back: " + r.leaks.json(r.classLoaders) : "everything was given back");
            r.held.forEach(h -> lines.add("  " + h.what() + ", held by session '" + h.session() + "' of " + h.bundle() + ", taken at " + h.at() + ", " + h.ageMillis() + " ms ago"));
        }
        return lines;
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
    }
}
