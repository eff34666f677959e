package sharebuf.app.probe;

import java.util.Optional;
import sharebuf.app.cli.Table;
import sharebuf.linux.DeviceFacts;

/** Findings for people. */
final class ProbeText {
    private final StringBuilder text = new StringBuilder();

    private ProbeText() {
    }

    static String of(Findings f) {
        ProbeText t = new ProbeText();
        t.text.append("kernel ").append(known(f.kernel())).append('\n');
        f.calls().ifPresent(why -> t.text.append(why).append('\n'));
        Table looked = new Table("  ");
        f.looked().forEach(l -> looked.row(l.what(), l.where(), l.found() == 0 ? "none" : l.found()));
        t.part("looked for", looked.toString());
        t.part("dma-heaps", heaps(f));
        t.part("udmabuf", udmabuf(f));
        t.part("V4L2 nodes", videos(f));
        t.part("DRM nodes", cards(f));
        t.part("IOMMU groups", groups(f));
        t.part("who imports whose dma-bufs, " + f.matrix().bytes() + " bytes each, by trying", matrix(f));
        return t.text.toString();
    }

    private void part(String title, String lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append('\n').append(lines);
        }
    }

    private static String known(Optional<?> value) {
        return value.map(Object::toString).orElse("unknown");
    }

    private static String yes(Optional<Boolean> value, String yes, String no) {
        return value.map(v -> v ? yes : no).orElse(yes + ": unknown");
    }

    private static String heaps(Findings f) {
        Table table = new Table("  ");
        f.heaps().forEach(h -> table.row(h.path(), yes(h.contiguous(), "contiguous", "scattered"), h.facts().because(),
                h.cma().map(c -> c ? "tried: CmaFree falls" : "tried: CmaFree stays").orElse("CMA: unknown"), h.problem().orElse("")));
        return table.toString();
    }

    private static String udmabuf(Findings f) {
        Findings.Udmabuf u = f.udmabuf();
        return u.present() ? new Table("  ").row(u.path(), "at most " + known(u.sizeLimitMiB()) + " MiB in " + known(u.rangeLimit()) + " ranges", u.problem().orElse(""))
                .toString() : "";
    }

    private static String videos(Findings f) {
        Table table = new Table("  ");
        f.videos().forEach(v -> {
            table.row(v.path(), known(v.driver()), known(v.card()), facts(v.facts()), v.problem().orElse(""));
            v.queues().forEach(q -> table.row("  " + q.name(), known(q.format()), q.sizes() + " bytes"));
        });
        return table.toString();
    }

    private static String cards(Findings f) {
        Table table = new Table("  ");
        f.cards().forEach(c -> table.row(c.path(), known(c.driver()) + " " + known(c.version()), yes(c.dumb(), "dumb buffers", "no dumb buffers"),
                yes(c.imports(), "imports", "no import"), yes(c.exports(), "exports", "no export"), facts(c.facts()), c.problem().orElse("")));
        return table.toString();
    }

    private static String facts(DeviceFacts d) {
        return (d.iommuGroup().isEmpty() ? "no IOMMU" : "IOMMU group " + d.iommuGroup().get() + " " + known(d.iommuType())) + ", mask "
                + (d.maskBits().isEmpty() ? "unknown" : d.maskBits().getAsInt() + " bits");
    }

    private static String groups(Findings f) {
        Table table = new Table("  ");
        f.groups().forEach(g -> table.row(g.number(), known(g.type()), String.join(" ", g.devices())));
        return table.toString();
    }

    private static String matrix(Findings f) {
        Table table = new Table("  ");
        Findings.Matrix m = f.matrix();
        if (m.exporters().isEmpty() || m.importers().isEmpty()) {
            return "  nothing to try: " + m.exporters().size() + " exporters, " + m.importers().size() + " importers\n";
        }
        Object[] head = new Object[m.importers().size() + 1];
        head[0] = "";
        for (int i = 0; i < m.importers().size(); i++) {
            head[i + 1] = m.importers().get(i);
        }
        table.row(head);
        for (String exporter : m.exporters()) {
            Object[] row = new Object[head.length];
            row[0] = exporter;
            for (int i = 1; i < head.length; i++) {
                Object importer = head[i];
                row[i] = m.cells().stream().filter(c -> c.exporter().equals(exporter) && c.importer().equals(importer)).findFirst()
                        .map(c -> known(c.result())).orElse("unknown");
            }
            table.row(row);
        }
        StringBuilder s = new StringBuilder(table.toString());
        m.cells().stream().filter(c -> c.result().isEmpty()).map(c -> "  " + c.exporter() + ": " + c.step() + "\n").distinct().forEach(s::append);
        return s.toString();
    }
}
