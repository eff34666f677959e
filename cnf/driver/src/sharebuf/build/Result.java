package sharebuf.build;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of one test. {@code method} is the plain name of the method, empty when a whole class failed;
 * {@code name} is what a human reads; {@code detail} the message and the top of the stack of a failure.
 */
record Result(Status status, String type, String method, String name, long millis, String detail) {

    enum Status {
        PASSED, FAILED, SKIPPED
    }

    private static final int STACK_LINES = 12;

    /** The message and the first lines of a stack trace, without the frames of whoever called the test. */
    static String top(String trace) {
        return trace.lines()
            .filter(line -> !line.matches("\\tat (org\\.junit\\.|java\\.base/|aQute\\.).*"))
            .limit(STACK_LINES)
            .collect(Collectors.joining("\n"));
    }

    /** One line of text, as the runner in the other JVM hands it over. */
    String line() {
        return Stream.of(status.name(), type, method, name, Long.toString(millis), detail)
            .map(field -> Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.UTF_8)))
            .collect(Collectors.joining("\t"));
    }

    static Result parse(String line) {
        String[] fields = line.split("\t", -1);
        for (int i = 0; i < fields.length; i++) {
            fields[i] = new String(Base64.getDecoder().decode(fields[i]), StandardCharsets.UTF_8);
        }
        return new Result(Status.valueOf(fields[0]), fields[1], fields[2], fields[3], Long.parseLong(fields[4]),
            fields[5]);
    }
}
