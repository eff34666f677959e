package sharebuf.fields;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.plugin.Quantity;

/**
 * An object of a JSON file, read field by field. What is wrong is said with file, key, value and what is allowed; what was not asked for
 * is wrong as well ({@link #end}).
 *
 * <p>Confined to one thread.
 */
public final class Fields {
    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final String file;
    private final String path;
    private final Map<String, Object> values = new TreeMap<>();
    private final List<String> known = new ArrayList<>();

    /**
     * The fields of an object.
     *
     * @param file name of the file
     * @param path where in it, such as {@code regions[0]}; empty for the whole
     * @param value what stands there
     * @throws WrongField when it is no object
     */
    public Fields(String file, String path, Object value) throws WrongField {
        this.file = file;
        this.path = path;
        if (!(value instanceof Map<?, ?> map)) {
            throw new WrongField(file, ": ", path.isEmpty() ? "the file" : path, shown(value), "an object");
        }
        map.forEach((k, v) -> values.put(k.toString(), v));
    }

    private Optional<Object> take(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    /**
     * What is wrong with a field.
     *
     * @param key its key
     * @param value what stands there
     * @param allowed what may stand there
     * @return the exception
     */
    public WrongField wrong(String key, Object value, String allowed) {
        return new WrongField(file, ": ", at(key), shown(value), allowed);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(Object value) {
        String text = value instanceof String s ? '"' + s + '"' : value instanceof Map<?, ?> ? "an object" : String.valueOf(value);
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /**
     * Whether a field is there.
     *
     * @param key its key
     * @return true when it is
     */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /**
     * A text that must be there.
     *
     * @param key its key
     * @return the text
     * @throws WrongField when it is missing or none
     */
    public String text(String key) throws WrongField {
        Object value = take(key).orElseThrow(() -> wrong(key, "missing", "a text"));
        if (value instanceof String s && !s.isBlank()) {
            return s;
        }
        throw wrong(key, value, "a text");
    }

    /**
     * A text.
     *
     * @param key its key
     * @param fallback when it is missing
     * @return the text
     * @throws WrongField when it is none
     */
    public String text(String key, String fallback) throws WrongField {
        return has(key) ? text(key) : skip(key, fallback);
    }

    /**
     * Yes or no.
     *
     * @param key its key
     * @param fallback when it is missing
     * @return the value
     * @throws WrongField when it is neither
     */
    public boolean flag(String key, boolean fallback) throws WrongField {
        if (!has(key)) {
            return skip(key, fallback);
        }
        Object value = take(key).orElseThrow();
        if (value instanceof Boolean b) {
            return b;
        }
        throw wrong(key, value, "true or false");
    }

    /**
     * An address or a size: a whole number, or a text such as {@code 0x40000000} or {@code 36MiB}.
     *
     * @param key its key
     * @return unsigned 64-bit
     * @throws WrongField when it is missing or none
     */
    public long quantity(String key) throws WrongField {
        Object value = take(key).orElseThrow(() -> wrong(key, "missing", "an address or a size"));
        return quantity(key, value);
    }

    /**
     * An address or a size.
     *
     * @param key its key
     * @param fallback when it is missing
     * @return unsigned 64-bit
     * @throws WrongField when it is none
     */
    public long quantity(String key, long fallback) throws WrongField {
        return has(key) ? quantity(key) : skip(key, fallback);
    }

    private long quantity(String key, Object value) throws WrongField {
        try {
            if (value instanceof String s) {
                return Quantity.parse(s);
            }
            if (value instanceof BigDecimal d) {
                BigInteger whole = d.toBigIntegerExact();
                if (whole.signum() >= 0 && whole.compareTo(MAX_UNSIGNED) <= 0) {
                    return whole.longValue();
                }
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Said below.
        }
        throw wrong(key, value, "a whole number from 0 to 2^64-1, or a text such as \"0x40000000\" or \"36MiB\"");
    }

    /**
     * A number between bounds.
     *
     * @param key its key
     * @param fallback when it is missing
     * @param least the least that is allowed
     * @param most the most that is allowed
     * @return the number
     * @throws WrongField when it is none or out of bounds
     */
    public long number(String key, long fallback, long least, long most) throws WrongField {
        long number = quantity(key, fallback);
        if (number < least || number > most) {
            throw wrong(key, values.get(key), "from " + least + " to " + most);
        }
        return number;
    }

    /**
     * A list.
     *
     * @param key its key
     * @return empty when it is missing
     * @throws WrongField when it is none
     */
    public List<Object> list(String key) throws WrongField {
        if (!has(key)) {
            return skip(key, List.of());
        }
        Object value = take(key).orElseThrow();
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw wrong(key, value, "a list");
    }

    /**
     * A list of texts.
     *
     * @param key its key
     * @return empty when it is missing
     * @throws WrongField when it is none
     */
    public List<String> texts(String key) throws WrongField {
        List<String> texts = new ArrayList<>();
        for (Object value : list(key)) {
            if (!(value instanceof String s) || s.isBlank()) {
                throw wrong(key, value, "a list of texts");
            }
            texts.add(s);
        }
        return texts;
    }

    /**
     * A list of objects.
     *
     * @param key its key
     * @return empty when it is missing
     * @throws WrongField when it is none
     */
    public List<Fields> objects(String key) throws WrongField {
        List<Fields> objects = new ArrayList<>();
        for (Object value : list(key)) {
            objects.add(new Fields(file, at(key) + "[" + objects.size() + "]", value));
        }
        return objects;
    }

    /**
     * An object.
     *
     * @param key its key
     * @return its fields; none when it is missing
     * @throws WrongField when it is none
     */
    public Fields object(String key) throws WrongField {
        return new Fields(file, at(key), has(key) ? take(key).orElseThrow() : skip(key, Map.of()));
    }

    /**
     * The value of a field as it was read.
     *
     * @param key its key
     * @return empty when it is missing
     */
    public Optional<Object> value(String key) {
        return take(key);
    }

    /**
     * The keys that are there.
     *
     * @return in order
     */
    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    private <T> T skip(String key, T fallback) {
        known.add(key);
        return fallback;
    }

    /**
     * Nothing else may be there.
     *
     * @throws WrongField naming the first key that was not asked for, and all that are known
     */
    public void end() throws WrongField {
        for (Map.Entry<String, Object> each : values.entrySet()) {
            if (!known.contains(each.getKey())) {
                throw wrong(each.getKey(), each.getValue(), "one of the keys " + String.join(", ", known));
            }
        }
    }
}
