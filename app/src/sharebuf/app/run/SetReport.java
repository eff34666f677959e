package sharebuf.app.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import sharebuf.buffer.Attachment;
import sharebuf.app.cli.Alternatives;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.Use;
import sharebuf.format.PlaneLayout;
import sharebuf.inventory.Snapshot;
import sharebuf.mapping.Mapped;

/** A set for programs and for people, put together from the set and from the ledger. */
final class SetReport {
    private static final String CPU = "cpu";
    private final BufferSet set;
    private final Snapshot snapshot;

    SetReport(BufferSet set, Snapshot snapshot) {
        this.set = set;
        this.snapshot = snapshot;
    }

    /** The CPU counts as a reader here: it takes part to look at what a device wrote. */
    private List<String> uses(boolean writers) {
        return set.attachments().stream().map(Attachment::use).filter(u -> writes(u) == writers).map(u -> u.id().toString()).toList();
    }

    private static boolean writes(Use use) {
        return use.access() == Access.WRITE;
    }

    /** A set that no device writes is filled by the CPU. */
    String writer() {
        List<String> writers = uses(true);
        return writers.isEmpty() ? CPU : String.join(", ", writers);
    }

    List<String> readers() {
        return uses(true).isEmpty() ? uses(false).stream().filter(u -> !u.equals(CPU)).toList() : uses(false);
    }

    List<BufferId> ids() {
        return set.buffers().stream().map(SharedBuffer::id).toList();
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("writer", writer());
        map.put("readers", readers());
        map.put("format", set.spec().format().map(Object::toString).orElse("bytes"));
        map.put("width", set.spec().width());
        map.put("height", set.spec().height());
        List<Object> buffers = new ArrayList<>();
        for (SharedBuffer buffer : set.buffers()) {
            snapshot.buffers().stream().filter(b -> b.id().equals(buffer.id())).findFirst().ifPresent(b -> buffers.add(buffer(b)));
        }
        map.put("buffers", buffers);
        map.put("why", set.explain().choices().stream().map(Explanation.Choice::reason).distinct().toList());
        List<Object> alternatives = new ArrayList<>();
        for (Explanation.Line line : set.explain().constraints().stream().filter(Alternatives::is).toList()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("use", line.by().getFirst());
            one.put("got", line.value());
            alternatives.add(one);
        }
        map.put("alternatives", alternatives);
        return map;
    }

    private Map<String, Object> buffer(Snapshot.Buffer buffer) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", buffer.id().number());
        map.put("generation", buffer.generation());
        map.put("size", buffer.layout().size());
        List<Object> objects = new ArrayList<>();
        for (int i = 0; i < buffer.objects().size(); i++) {
            Snapshot.Memory memory = buffer.objects().get(i);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("size", buffer.layout().objects().get(i));
            object.put("allocator", memory.allocator());
            object.put("region", memory.region());
            object.put("extents", memory.extents().stream().map(Objects::toString).toList());
            objects.add(object);
        }
        map.put("objects", objects);
        List<Object> planes = new ArrayList<>();
        for (PlaneLayout plane : buffer.layout().planes()) {
            Map<String, Object> p = new LinkedHashMap<>();
            p.put("object", plane.object());
            p.put("offset", plane.offset());
            p.put("pitch", plane.pitch());
            p.put("size", plane.size());
            planes.add(p);
        }
        map.put("planes", planes);
        List<Object> mappings = new ArrayList<>();
        for (Mapped mapped : snapshot.mappings()) {
            if (mapped.object().buffer().equals(buffer.id())) {
                mappings.add(mapping(mapped));
            }
        }
        map.put("mappings", mappings);
        map.put("pins", buffer.pins().stream().map(SetReport::pin).toList());
        return map;
    }

    private static Map<String, Object> pin(Snapshot.Pin pin) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", pin.kind().name().toLowerCase(Locale.ROOT));
        map.put("who", pin.who());
        map.put("session", pin.session());
        map.put("at", pin.at());
        map.put("ageMillis", pin.ageMillis());
        return map;
    }

    private Map<String, Object> mapping(Mapped mapped) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("device", mapped.device().name());
        map.put("use", mapped.use().use());
        map.put("object", mapped.object().index());
        map.put("mapops", mapops(mapped));
        map.put("kind", mapped.opaqueBy().isPresent() ? "opaque" : "addressed");
        map.put("segments", mapped.segments().size());
        map.put("coherent", coherent(mapped));
        map.put("bounced", mapped.bounced() == 0 && mayBounce(mapped) ? "may bounce" : mapped.bounced());
        return map;
    }

    private String mapops(Mapped mapped) {
        return snapshot.seats().stream().filter(s -> s.kind().equals("mapops") && s.name().equals(mapped.device().addressSpace()))
                .map(Snapshot.Seat::plugin).findFirst().orElse("");
    }

    private boolean mayBounce(Mapped mapped) {
        return set.attachments().stream().filter(a -> a.use().id().equals(mapped.use())).anyMatch(a -> a.mayBounce(mapped.object()));
    }

    private boolean coherent(Mapped mapped) {
        return set.attachments().stream().map(Attachment::use).filter(u -> u.id().equals(mapped.use())).map(Use::dma)
                .anyMatch(d -> d.coherent()) || mapped.device().dma().coherent();
    }
}
