package sharebuf.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.deploy.BoardFile.BundleRef;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Variable.Range;
import sharebuf.fields.DmaFields;
import sharebuf.plugin.Quantity;

/**
 * Reads an OSGi Feature (chapter 159 of the OSGi Compendium) as a board's description: its shape, not yet the meaning of its keys.
 * Beyond the chapter, a bundle may have a {@code sha256}, and a {@code location} when it is not one of ours. The extension
 * {@code sharebuf.variables} says what the variables may be.
 */
final class BoardReader {
    private static final Set<String> MEMBERS = Set.of("feature-resource-version", "id", "name", "description", "categories", "complete",
            "docURL", "license", "scm", "vendor", "variables", "bundles", "configurations", "extensions");
    private static final String WHEN = "when";
    private static final String RANGES = "sharebuf.variables";
    private static final Set<String> EXTENSION_MEMBERS = Set.of("kind", "type", "json");
    private static final Set<String> RANGE_MEMBERS = Set.of("min", "max", "multiple");
    private static final Set<String> BUNDLE_MEMBERS = Set.of("id", "sha256", "location", "metadata");
    private static final Pattern ID = Pattern.compile("([^:\\s]+):([^:\\s]+):([^:\\s]+)(:[^:\\s]+){0,2}");
    private static final Pattern PID = Pattern.compile("([A-Za-z0-9._-]+)~([A-Za-z0-9._-]+)");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

    private final String file;

    private BoardReader(String file) {
        this.file = file;
    }

    /**
     * Reads a description.
     *
     * @param file its name, for messages
     * @param text the text
     * @param options values for its variables
     * @return what it says
     * @throws BoardException naming file, key, value and what is allowed
     */
    static BoardFile read(String file, String text, Map<String, String> options) throws BoardException {
        return new BoardReader(file).board(JsonReader.read(file, text), options);
    }

    private BoardFile board(Json.Members root, Map<String, String> options) throws BoardException {
        onlyThese(root, "", MEMBERS);
        Matcher id = ID.matcher(text(root, "id", ""));
        if (!id.matches()) {
            throw new BoardException(file, "id", "\"" + text(root, "id", "") + "\"", "group:artifact:version");
        }
        Map<String, String> defaults = new LinkedHashMap<>();
        for (Map.Entry<String, Json> each : members(root, "variables").entrySet()) {
            defaults.put(each.getKey(), scalar(each.getValue(), "variables/" + each.getKey()));
        }
        Map<String, List<String>> choices = new LinkedHashMap<>();
        Map<String, Range> ranges = ranges(root, defaults.keySet(), choices);
        Variables variables = Variables.of(file, defaults, ranges, choices, options);
        return new BoardFile(file, text(root, "name", id.group(2)), text(root, "description", ""), variables.values(), ranges, bundles(root),
                configurations(members(root, "configurations"), variables));
    }

    /** The extension that says what variables may be: numbers in a range, or words, which go to {@code choices}. It is data in the extension's member {@code json}. */
    private Map<String, Range> ranges(Json.Members root, Set<String> variables, Map<String, List<String>> choices) throws BoardException {
        Json.Members extensions = object(root, "extensions", "extensions");
        onlyThese(extensions, "extensions/", Set.of(RANGES));
        String key = "extensions/" + RANGES;
        Json.Members extension = object(extensions, RANGES, key);
        onlyThese(extension, key + "/", EXTENSION_MEMBERS);
        Map<String, Range> ranges = new LinkedHashMap<>();
        for (Map.Entry<String, Json> each : object(extension, "json", key + "/json").of().entrySet()) {
            String where = key + "/json/" + each.getKey();
            if (!variables.contains(each.getKey())) {
                throw wrong(where, each.getValue(), "one of the variables " + String.join(", ", new java.util.TreeSet<>(variables)));
            }
            if (!(each.getValue() instanceof Json.Members range)) {
                throw wrong(where, each.getValue(), "an object with min, max and multiple, or with values");
            }
            if (range.of().get("values") instanceof Json.Items values) {
                onlyThese(range, where + "/", Set.of("values"));
                List<String> texts = new ArrayList<>();
                for (Json value : values.of()) {
                    texts.add(scalar(value, where + "/values"));
                }
                choices.put(each.getKey(), texts);
                continue;
            }
            onlyThese(range, where + "/", RANGE_MEMBERS);
            try {
                ranges.put(each.getKey(), new Range(Quantity.parse(text(range, "min", "0")),
                        Quantity.parse(text(range, "max", "0xffffffffffffffff")), Quantity.parse(text(range, "multiple", "1"))));
            } catch (IllegalArgumentException e) {
                throw wrong(where, range, "quantities min up to max, and multiple above 0 (" + e.getMessage() + ")");
            }
        }
        return ranges;
    }

    private List<BundleRef> bundles(Json.Members root) throws BoardException {
        Json list = root.of().getOrDefault("bundles", new Json.Items(0, List.of()));
        if (!(list instanceof Json.Items items)) {
            throw wrong("bundles", list, "an array of objects with an id");
        }
        List<BundleRef> bundles = new ArrayList<>();
        for (Json each : items.of()) {
            String key = "bundles[" + bundles.size() + "]";
            if (!(each instanceof Json.Members bundle)) {
                throw wrong(key, each, "an object with an id");
            }
            onlyThese(bundle, key + "/", BUNDLE_MEMBERS);
            BundleRef read = bundle(bundle, key);
            if (bundles.stream().anyMatch(other -> other.name().equals(read.name()))) {
                throw new BoardException(file, key + "/id", "\"" + text(bundle, "id", "") + "\"", "each bundle once");
            }
            bundles.add(read);
        }
        return bundles;
    }

    private BundleRef bundle(Json.Members bundle, String key) throws BoardException {
        String text = text(bundle, "id", "");
        Matcher id = ID.matcher(text);
        if (!id.matches()) {
            throw new BoardException(file, key + "/id", "\"" + text + "\"", "group:artifact:version");
        }
        Optional<String> digest = optional(bundle, "sha256");
        if (digest.isPresent() && !DIGEST.matcher(digest.get()).matches()) {
            throw new BoardException(file, key + "/sha256", digest.get(), "64 hexadecimal digits");
        }
        Optional<String> location = optional(bundle, "location");
        if (location.isPresent() && (!location.get().startsWith("file:") || location.get().length() == 5)) {
            throw new BoardException(file, key + "/location", location.get(), "file: and a path, relative to the board's file");
        }
        if (location.isPresent() && digest.isEmpty()) {
            throw new BoardException(file, key + "/sha256", "absent", "the digest of the jar, which a location of its own must have");
        }
        return new BundleRef(id.group(2), id.group(3), digest.map(d -> d.toLowerCase(Locale.ROOT)), location.map(l -> l.substring(5)));
    }

    /**
     * Reads configurations alone.
     *
     * @param file its name, for messages
     * @param members one a configuration
     * @return the configurations
     * @throws BoardException naming file, key, value and what is allowed
     */
    static List<Config> configurations(String file, Json.Members members) throws BoardException {
        return new BoardReader(file).configurations(members.of(), Variables.of(file, Map.of(), Map.of(), Map.of(), Map.of()));
    }

    private List<Config> configurations(Map<String, Json> members, Variables variables) throws BoardException {
        List<Config> configs = new ArrayList<>();
        for (Map.Entry<String, Json> each : members.entrySet()) {
            Config config = configuration(each.getKey(), each.getValue(), variables);
            if (applies(config)) {
                configs.add(without(config));
            }
        }
        return configs;
    }

    /** Whether the two sides of a configuration's key {@code when} are equal: a board is one of several, as its variables say. */
    private boolean applies(Config config) throws BoardException {
        Object when = config.values().get(WHEN);
        if (when == null) {
            return true;
        }
        String[] sides = when instanceof String text ? text.split("=", -1) : new String[0];
        if (sides.length != 2) {
            throw new BoardException(file, config.fullPid() + "/" + WHEN, String.valueOf(when), "two texts with = between, such as ${iommu}=on");
        }
        return sides[0].strip().equals(sides[1].strip());
    }

    private static Config without(Config config) {
        Map<String, Object> values = new LinkedHashMap<>(config.values());
        values.remove(WHEN);
        return new Config(config.pid(), config.name(), values);
    }

    private Config configuration(String key, Json value, Variables variables) throws BoardException {
        Matcher pid = PID.matcher(key);
        if (!pid.matches()) {
            throw new BoardException(file, key, value.shown(), "factory PID, tilde and name of one thing, such as PID~NAME");
        }
        if (!(value instanceof Json.Members members)) {
            throw wrong(key, value, "an object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, Json> each : members.of().entrySet()) {
            values.put(each.getKey(), value(each.getValue(), key + "/" + each.getKey(), variables));
        }
        return new Config(pid.group(1), pid.group(2), values);
    }

    private Object value(Json value, String key, Variables variables) throws BoardException {
        if (key.endsWith("/" + DmaFields.ALTERNATIVES) && (value instanceof Json.Members || value instanceof Json.Items list && list.of().stream().anyMatch(Json.Members.class::isInstance))) {
            return filled(value, key, variables);
        }
        if (value instanceof Json.Items items) {
            List<String> texts = new ArrayList<>();
            for (Json each : items.of()) {
                texts.add(variables.fill(key, scalar(each, key)));
            }
            return List.copyOf(texts);
        }
        String text = scalar(value, key);
        boolean bare = value instanceof Json.Literal && (text.equals("true") || text.equals("false"));
        return bare ? (Object) Boolean.valueOf(text) : variables.fill(key, text);
    }

    private static Json filled(Json value, String key, Variables variables) throws BoardException {
        return switch (value) {
            case Json.Members members -> {
                Map<String, Json> all = new LinkedHashMap<>();
                for (Map.Entry<String, Json> each : members.of().entrySet()) {
                    all.put(each.getKey(), filled(each.getValue(), key + "/" + each.getKey(), variables));
                }
                yield new Json.Members(members.line(), all);
            }
            case Json.Items items -> {
                List<Json> all = new ArrayList<>();
                for (Json each : items.of()) {
                    all.add(filled(each, key, variables));
                }
                yield new Json.Items(items.line(), all);
            }
            case Json.Text text -> new Json.Text(text.line(), variables.fill(key, text.of()));
            case Json.Literal literal -> literal;
        };
    }

    private String scalar(Json value, String key) throws BoardException {
        return switch (value) {
            case Json.Text text -> text.of();
            case Json.Literal literal when !literal.of().equals("null") -> literal.of();
            default -> throw wrong(key, value, "a text, a number, true or false");
        };
    }

    private Map<String, Json> members(Json.Members root, String key) throws BoardException {
        return object(root, key, key).of();
    }

    private Json.Members object(Json.Members of, String name, String where) throws BoardException {
        Json value = of.of().getOrDefault(name, new Json.Members(0, Map.of()));
        if (value instanceof Json.Members members) {
            return members;
        }
        throw wrong(where, value, "an object");
    }

    private Optional<String> optional(Json.Members of, String key) throws BoardException {
        Json value = of.of().get(key);
        return switch (value) {
            case null -> Optional.empty();
            case Json.Text text -> Optional.of(text.of());
            default -> throw wrong(key, value, "a text");
        };
    }

    private String text(Json.Members of, String key, String otherwise) throws BoardException {
        return optional(of, key).orElse(otherwise);
    }

    private void onlyThese(Json.Members of, String where, Set<String> names) throws BoardException {
        for (Map.Entry<String, Json> each : of.of().entrySet()) {
            if (!names.contains(each.getKey())) {
                throw wrong(where + each.getKey(), each.getValue(), "one of the keys " + String.join(", ", new java.util.TreeSet<>(names)));
            }
        }
    }

    private BoardException wrong(String key, Json value, String allowed) {
        return new BoardException(file, key + " (line " + value.line() + ")", value.shown(), allowed);
    }
}
