package sharebuf.console;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.JsonWriter;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import sharebuf.buffer.Hypothesis;
import sharebuf.deployment.Board;
import sharebuf.deployment.Deployer.BundleState;
import sharebuf.deployment.PluginFolder;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Violation;
import sharebuf.mapping.Mapped;
import sharebuf.memory.Extent;

/**
 * A board and its ledger as JSON: sizes and offsets in bytes are numbers, addresses are texts such as {@code 0x3b400000}, which have
 * 64 bits. Not thread-safe.
 */
final class StateJson {
    private final JsonProvider json = JsonProvider.provider();

    /** The state as text, with an end of line. */
    String write(Board board, List<String> simulated, List<String> real, List<BundleState> bundles, List<PluginFolder.Jar> plugins,
            Snapshot snapshot, List<Violation> violations, List<Hypothesis> learnt) {
        JsonObject state = json.createObjectBuilder()
                .add("board", board(board, simulated, real))
                .add("bundles", array(bundles, b -> object("name", b.name(), "version", b.version(), "state", b.state())))
                .add("plugins", array(plugins, p -> object("file", p.file(), "bundle", p.bundle(), "version", p.version(), "sha256", p.sha256())))
                .add("seats", array(snapshot.seats(), s -> object("kind", s.kind(), "name", s.name(), "state", lower(s.state()), "plugin", s.plugin(),
                        "bundle", s.bundle(), "reason", s.reason())))
                .add("regions", array(snapshot.regions(), this::region))
                .add("buffers", array(snapshot.buffers(), this::buffer))
                .add("mappings", array(snapshot.mappings(), this::mapping))
                .add("sessions", array(snapshot.sessions(), s -> object("name", s.name(), "bundle", s.bundle(), "openedAt", s.openedAt()).add("ageMillis", s.ageMillis())
                        .add("buffers", s.buffers())))
                .add("sets", array(snapshot.sets(), s -> json.createObjectBuilder().add("number", s.number()).add("what", s.spec().toString()).add("state", lower(s.state()))
                        .add("uses", texts(s.uses())).add("buffers", texts(s.buffers())).add("session", s.session()).add("bundle", s.bundle())))
                .add("holdings", array(snapshot.holdings(), h -> object("kind", lower(h.kind()), "what", h.what(), "session", h.session(), "bundle", h.bundle(), "at", h.at())
                        .add("ageMillis", h.ageMillis())))
                .add("violations", array(violations, v -> object("kind", lower(v.kind()), "device", v.device(), "message", v.message(), "at", v.at(), "madeAt", v.madeAt())
                        .add("count", v.count())))
                .add("learnt", array(learnt, h -> object("device", h.use().device(), "use", h.use().use(), "allocator", h.allocator(), "region", h.region(),
                        "errno", h.errno().name(), "said", h.said()).add("size", h.size()).add("alone", h.alone()).add("times", h.times())
                        .add("ageMillis", h.ageMillis()).add("taken", h.taken()))).build();
        StringWriter text = new StringWriter();
        try (JsonWriter writer = json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true)).createWriter(text)) {
            writer.write(state);
        }
        return text.toString().strip() + "\n";
    }

    private JsonObjectBuilder board(Board board, List<String> simulated, List<String> real) {
        JsonObjectBuilder variables = json.createObjectBuilder();
        new TreeMap<>(board.variables()).forEach(variables::add);
        return object("name", board.name(), "description", board.description()).add("variables", variables)
                .add("simulated", json.createArrayBuilder(simulated)).add("real", json.createArrayBuilder(real))
                .add("missing", array(board.missing(), m -> object("kind", m.kind(), "name", m.name(), "reason", m.reason())));
    }

    private JsonObjectBuilder region(Snapshot.Region region) {
        return object("name", region.name(), "kind", lower(region.kind()), "base", hex(region.base())).add("size", region.size())
                .add("granule", region.granule()).add("used", region.used()).add("lodged", region.lodged())
                .add("extents", array(region.extents(), e -> extent(e.extent()).add("object", e.object().toString()).add("owner", e.owner())))
                .add("reserved", array(region.reserved(), this::extent));
    }

    private JsonObjectBuilder extent(Extent extent) {
        return json.createObjectBuilder().add("offset", extent.offset()).add("size", extent.size());
    }

    private JsonObjectBuilder buffer(Snapshot.Buffer buffer) {
        JsonObjectBuilder out = json.createObjectBuilder().add("id", buffer.id().number()).add("generation", buffer.generation());
        buffer.spec().format().ifPresentOrElse(
                f -> out.add("format", f.name()).add("width", buffer.spec().width()).add("height", buffer.spec().height()),
                () -> out.add("bytes", buffer.spec().bytes()));
        return out.add("objects", array(buffer.objects(), o -> object("allocator", o.allocator(), "region", o.region())
                        .add("size", o.extents().stream().mapToLong(Extent::size).sum()).add("extents", array(o.extents(), this::extent))))
                .add("uses", texts(buffer.uses())).add("holders", texts(buffer.holders())).add("fences", texts(buffer.fences()))
                .add("pins", array(buffer.pins(), p -> object("kind", lower(p.kind()), "who", p.who(), "session", p.session(), "at", p.at()).add("ageMillis", p.ageMillis())));
    }

    private JsonObjectBuilder mapping(Mapped mapped) {
        return object("device", mapped.device().name(), "use", mapped.use().use(), "access", lower(mapped.access()), "object",
                mapped.object().toString(), "kind", mapped.opaqueBy().isPresent() ? "opaque" : "addressed")
                .add("segments", array(mapped.segments(), s -> object("dma", hex(s.dma())).add("size", s.size())));
    }

    private JsonObjectBuilder object(String... pairs) {
        JsonObjectBuilder out = json.createObjectBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            out.add(pairs[i], pairs[i + 1]);
        }
        return out;
    }

    private <T> JsonArray array(Collection<T> items, Function<T, JsonObjectBuilder> item) {
        JsonArrayBuilder out = json.createArrayBuilder();
        items.forEach(each -> out.add(item.apply(each)));
        return out.build();
    }

    private JsonValue texts(Collection<?> items) {
        return json.createArrayBuilder(items.stream().map(Object::toString).toList()).build();
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
