package sharebuf.app.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Refusal;

/** Refusals for people and for programs. */
public final class Refusals {
    private Refusals() {
    }

    /**
     * For programs.
     *
     * @param refusal the refusal
     * @return its JSON
     */
    public static Map<String, Object> json(Refusal refusal) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("errno", refusal.errno().name());
        map.put("device", refusal.device());
        map.put("use", refusal.use());
        map.put("constraint", refusal.constraint());
        map.put("found", refusal.found());
        map.put("needed", refusal.needed());
        map.put("fix", refusal.fix());
        map.put("allocators", refusal.allocators().stream().map(r -> {
            Map<String, Object> reason = new LinkedHashMap<>();
            reason.put("name", r.name());
            reason.put("reason", r.reason());
            return reason;
        }).toList());
        return map;
    }

    /**
     * For programs, null when there is none.
     *
     * @param refusal the refusal
     * @return its JSON
     */
    public static Optional<Map<String, Object>> json(Optional<Refusal> refusal) {
        return refusal.map(Refusals::json);
    }

    /**
     * For people.
     *
     * @param refusal the refusal
     * @return lines
     */
    public static String text(Refusal refusal) {
        Table table = new Table("  ");
        if (!refusal.device().isEmpty()) {
            boolean same = refusal.use().isEmpty() || refusal.use().equals(refusal.device());
            table.row("who", refusal.device() + (same ? "" : ":" + refusal.use()));
        }
        table.row("constraint", refusal.constraint()).row("found", refusal.found()).row("needed", refusal.needed());
        List<Refusal.Reason> reasons = refusal.allocators();
        for (int i = 0; i < reasons.size(); i++) {
            table.row(i == 0 ? "allocators" : "", reasons.get(i).name() + ": " + reasons.get(i).reason());
        }
        if (!refusal.fix().isEmpty()) {
            table.row("fix", refusal.fix());
        }
        return "refused: " + refusal.errno() + "\n" + table;
    }
}
