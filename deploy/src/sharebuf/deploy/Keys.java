package sharebuf.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.BoardException;

/** What configurations of platforms may say, from {@code keys.json}. Immutable. */
final class Keys {
    /** What a configuration of a platform makes. */
    enum Place {
        PLATFORM, MEMORY, REGION, DEVICE
    }

    private record Entry(Place place, Map<String, KeyType> keys) {
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Reads the list that is in this bundle. */
    Keys() {
        try (InputStream in = Keys.class.getResourceAsStream("keys.json")) {
            JsonReader.read("keys.json", new String(in.readAllBytes(), StandardCharsets.UTF_8)).of()
                    .forEach((pid, entry) -> entries.put(pid, entry(((Json.Members) entry).of())));
        } catch (IOException | BoardException e) {
            throw new IllegalStateException("keys.json of this bundle", e);
        }
    }

    private static Entry entry(Map<String, Json> members) {
        Map<String, KeyType> keys = new LinkedHashMap<>();
        ((Json.Members) members.get("keys")).of().forEach((key, type) -> keys.put(key, KeyType.of(((Json.Text) type).of())));
        return new Entry(Place.valueOf(((Json.Text) members.get("place")).of().toUpperCase(java.util.Locale.ROOT)), keys);
    }

    /** What a configuration makes; empty for a PID of no platform. */
    Optional<Place> place(String pid) {
        return Optional.ofNullable(entries.get(pid)).map(Entry::place);
    }

    /**
     * Checks a platform's configuration.
     *
     * @param file for messages
     * @param config of a PID that has a {@link #place}
     * @return what the component gets
     * @throws BoardException for a key that is unknown, missing or has a wrong value
     */
    Config check(String file, Config config) throws BoardException {
        Map<String, KeyType> keys = entries.get(config.pid()).keys;
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, Object> each : config.values().entrySet()) {
            values.put(each.getKey(), check(file, config, each.getKey(), each.getValue(), keys));
        }
        for (Map.Entry<String, KeyType> each : keys.entrySet()) {
            if (each.getValue().mandatory() && !values.containsKey(each.getKey())) {
                throw new BoardException(file, config.fullPid() + "/" + each.getKey(), "absent", each.getValue().text());
            }
        }
        return new Config(config.pid(), config.name(), values);
    }

    private static Object check(String file, Config config, String key, Object value, Map<String, KeyType> keys) throws BoardException {
        String where = config.fullPid() + "/" + key;
        KeyType type = keys.get(key);
        if (type == null) {
            throw new BoardException(file, where, "an unknown key", "one of the keys " + String.join(", ", new TreeSet<>(keys.keySet())));
        }
        try {
            return type.check(value);
        } catch (KeyType.WrongItem e) {
            throw new BoardException(file, where, e.item, e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new BoardException(file, where, value.toString(), e.getMessage());
        }
    }
}
