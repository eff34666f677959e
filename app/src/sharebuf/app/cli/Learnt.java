package sharebuf.app.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import sharebuf.buffer.Hypothesis;

/** What importing taught, as JSON. */
public final class Learnt {
    private Learnt() {
    }

    /**
     * One hypothesis.
     *
     * @param h the hypothesis
     * @return its fields and its sentence
     */
    public static Map<String, Object> json(Hypothesis h) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("device", h.use().device());
        map.put("use", h.use().use());
        map.put("allocator", h.allocator());
        map.put("region", h.region());
        map.put("size", h.size());
        map.put("alone", h.alone());
        map.put("errno", h.errno().name());
        map.put("said", h.said());
        map.put("times", h.times());
        map.put("ageMillis", h.ageMillis());
        map.put("taken", h.taken());
        map.put("text", h.message());
        return map;
    }
}
