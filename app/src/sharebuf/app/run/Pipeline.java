package sharebuf.app.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sharebuf.app.cli.WrongCall;

/**
 * A pipeline as it is typed: {@code camera -> codec -> display + encoder}. Each arrow is a set of buffers: who stands left of it writes,
 * who stands right reads.
 *
 * <p>Immutable.
 *
 * @param stages names of devices or uses; one in each stage but the last
 */
public record Pipeline(List<List<String>> stages) {
    /** What is played when nothing is said. */
    public static final String DEFAULT = "camera -> display + encoder";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)?");
    private static final String FORM = "DEVICE -> DEVICE [-> DEVICE ...] [+ DEVICE ...], such as '" + DEFAULT + "'; DEVICE:USE where a device has several";

    /** Copies. */
    public Pipeline {
        stages = stages.stream().map(List::copyOf).toList();
    }

    /**
     * Reads a pipeline.
     *
     * @param text as typed
     * @return the pipeline
     * @throws WrongCall when it is none
     */
    public static Pipeline parse(String text) throws WrongCall {
        List<List<String>> stages = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String part : text.split("->", -1)) {
            List<String> stage = new ArrayList<>();
            for (String name : part.split("\\+", -1)) {
                String stripped = name.strip();
                if (!NAME.matcher(stripped).matches()) {
                    throw WrongCall.option("--pipeline", "'" + text + "'", FORM + "; '" + stripped + "' is no device");
                }
                if (!seen.add(stripped)) {
                    throw WrongCall.option("--pipeline", "'" + text + "'", "each device once; '" + stripped + "' stands twice");
                }
                stage.add(stripped);
            }
            stages.add(stage);
        }
        if (stages.size() < 2) {
            throw WrongCall.option("--pipeline", "'" + text + "'", FORM);
        }
        for (List<String> stage : stages.subList(0, stages.size() - 1)) {
            if (stage.size() > 1) {
                throw WrongCall.option("--pipeline", "'" + text + "'", "one device left of an arrow, not " + String.join(" + ", stage));
            }
        }
        return new Pipeline(stages);
    }

    /**
     * The device of a name.
     *
     * @param name a device or a use
     * @return the device
     */
    public static String device(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /**
     * The same with fewer readers, where it is one set.
     *
     * @param devices who stays, its writer among them
     * @return empty when it has several sets, nobody would write or nobody would read
     */
    public Optional<Pipeline> keeping(Set<String> devices) {
        if (stages.size() != 2 || !devices.contains(device(stages.getFirst().getFirst()))) {
            return Optional.empty();
        }
        List<String> readers = stages.getLast().stream().filter(r -> devices.contains(device(r))).toList();
        return readers.isEmpty() || readers.equals(stages.getLast()) ? Optional.empty() : Optional.of(new Pipeline(List.of(stages.getFirst(), readers)));
    }

    /**
     * How many sets of pictures it has.
     *
     * @return one an arrow
     */
    public int sets() {
        return stages.size() - 1;
    }

    /**
     * The names of a set, its writer first. A device in the middle reads from the set before it under the name that was typed; in the
     * set behind it the broker finds the use by which it writes.
     *
     * @param set index of the set, from 0
     * @return the names
     */
    public List<String> names(int set) {
        List<String> names = new ArrayList<>();
        String writer = stages.get(set).getFirst();
        names.add(set == 0 ? writer : device(writer));
        names.addAll(stages.get(set + 1));
        return names;
    }

    @Override
    public String toString() {
        return String.join(" -> ", stages.stream().map(s -> String.join(" + ", s)).toList());
    }
}
