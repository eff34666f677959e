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
import sharebuf.format.PixelFormat;

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
     * @throws WrongCall when a region or an object does not exist
     */
    public BufferSpec in(BufferSpec spec, List<String> regions) throws WrongCall {
        List<String> unknown = new ArrayList<>();
        byObject.values().forEach(names -> names.stream().filter(n -> !regions.contains(n)).forEach(unknown::add));
        if (!unknown.isEmpty()) {
            throw WrongCall.option("--memory", String.join(", ", unknown), "the regions " + String.join(", ", regions));
        }
        int objects = spec.format().map(PixelFormat::objects).orElse(1);
        for (int object : byObject.keySet()) {
            if (object >= objects) {
                throw WrongCall.option("--memory", object + "=" + String.join("|", byObject.get(object)),
                        "an OBJECT from 0 to " + (objects - 1) + ": " + spec + " has " + (objects == 1 ? "one" : objects));
            }
        }
        BufferSpec result = spec;
        for (int object = 0; object < objects; object++) {
            List<String> names = byObject.getOrDefault(object, byObject.get(ALL));
            if (names != null) {
                result = result.in(object, names);
            }
        }
        return result;
    }
}
