package sharebuf.app.board;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;

/**
 * In which regions the objects of a buffer must lie, as it is typed: {@code system} for all, {@code 0=system,1=pool} by object,
 * {@code pool|system} where one of several will do.
 *
 * <p>Immutable.
 *
 * @param byObject names of regions by index of the object; {@link #ALL} for objects that are not named
 */
public record Memory(Map<Integer, List<String>> byObject) {
    /** Anywhere. */
    public static final Memory ANY = new Memory(Map.of());
    private static final int ALL = -1;
    /** A buffer has no more objects than V4L2 planes. */
    private static final int MOST = 8;
    private static final String FORM = "REGION, or OBJECT=REGION[,OBJECT=REGION...], such as 0=system,1=pool; REGION|REGION where either will do";
    private static final Pattern PART = Pattern.compile("(?:([0-7])=)?([A-Za-z0-9._-]+(?:\\|[A-Za-z0-9._-]+)*)");

    /** Copies. */
    public Memory {
        byObject = Map.copyOf(byObject);
    }

    /**
     * Reads it.
     *
     * @param text as typed
     * @return what it says
     * @throws WrongCall when it says nothing that can be
     */
    public static Memory parse(String text) throws WrongCall {
        Map<Integer, List<String>> byObject = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            Matcher m = PART.matcher(part.strip());
            if (!m.matches() || byObject.put(m.group(1) == null ? ALL : Integer.parseInt(m.group(1)), Arrays.asList(m.group(2).split("\\|"))) != null) {
                throw WrongCall.option("--memory", text, FORM);
            }
        }
        return new Memory(byObject);
    }

    /**
     * Adds it to a request.
     *
     * @param spec the request
     * @param regions those that there are
     * @return the request, more demanding
     * @throws WrongCall when a region does not exist
     */
    public BufferSpec in(BufferSpec spec, List<String> regions) throws WrongCall {
        List<String> unknown = new ArrayList<>();
        byObject.values().forEach(names -> names.stream().filter(n -> !regions.contains(n)).forEach(unknown::add));
        if (!unknown.isEmpty()) {
            throw WrongCall.option("--memory", String.join(", ", unknown), "the regions " + String.join(", ", regions));
        }
        BufferSpec result = spec;
        for (int object = 0; object < MOST; object++) {
            List<String> names = byObject.getOrDefault(object, byObject.get(ALL));
            if (names != null) {
                result = result.in(object, names);
            }
        }
        return result;
    }
}
