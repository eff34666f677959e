package sharebuf.app.probe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sharebuf.linux.DeviceFacts;

/** Findings for programs; keys are in the README of app. What is unknown is null. */
final class ProbeJson {
    private ProbeJson() {
    }

    static Map<String, Object> of(Findings f) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("kernel", f.kernel());
        all.put("calls", f.calls().isEmpty());
        all.put("lookedFor", f.looked().stream().map(l -> map("what", l.what(), "where", l.where(), "found", l.found())).toList());
        all.put("heaps", f.heaps().stream().map(h -> map("path", h.path(), "contiguous", h.contiguous(), "because", h.facts().because(), "cma", h.cma(),
                "place", h.facts().place().map(r -> "0x" + Long.toHexString(r.first()) + "-0x" + Long.toHexString(r.last())), "problem", h.problem())).toList());
        all.put("udmabuf", map("path", f.udmabuf().path(), "present", f.udmabuf().present(), "sizeLimitMiB", number(f.udmabuf().sizeLimitMiB()),
                "rangeLimit", number(f.udmabuf().rangeLimit()), "problem", f.udmabuf().problem()));
        all.put("video", f.videos().stream().map(v -> with(map("path", v.path(), "driver", v.driver(), "card", v.card(), "bus", v.bus(),
                "queues", v.queues().stream().map(q -> map("name", q.name(), "type", q.type(), "format", q.format(), "sizes", q.sizes())).toList(),
                "problem", v.problem()), v.facts())).toList());
        all.put("drm", f.cards().stream().map(c -> with(map("path", c.path(), "driver", c.driver(), "version", c.version(), "dumb", c.dumb(),
                "imports", c.imports(), "exports", c.exports(), "problem", c.problem()), c.facts())).toList());
        all.put("iommuGroups", f.groups().stream().map(g -> map("group", g.number(), "type", g.type(), "devices", g.devices())).toList());
        all.put("matrix", map("bytes", f.matrix().bytes(), "exporters", f.matrix().exporters(), "importers", f.matrix().importers(),
                "cells", f.matrix().cells().stream().map(c -> map("exporter", c.exporter(), "importer", c.importer(), "result", c.result(), "step", c.step()))
                        .toList()));
        return all;
    }

    private static Map<String, Object> with(Map<String, Object> map, DeviceFacts facts) {
        map.put("kernelDriver", facts.driver());
        map.put("compatible", facts.compatible());
        map.put("iommuGroup", facts.iommuGroup());
        map.put("iommuType", facts.iommuType());
        map.put("maskBits", facts.maskBits().isPresent() ? Optional.of(facts.maskBits().getAsInt()) : Optional.empty());
        return map;
    }

    private static Optional<Long> number(Optional<String> text) {
        return text.filter(t -> t.matches("\\d{1,18}")).map(Long::valueOf);
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
