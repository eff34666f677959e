package sharebuf.lab;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that the guest runs.
 *
 * @param name     also of the folder with its results
 * @param seconds  its time limit
 * @param expected exit code of success
 * @param same     pictures that must be equal afterwards
 * @param command  a line for the guest's shell
 */
record Job(String name, int seconds, int expected, List<SamePixels> same, String command) {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(.*)");
    private static final Pattern WORDS = Pattern.compile("((?:(?:exit|same)=\\S*\\s+)*)(?!(?:exit|same)=)(.*)");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");

    Job {
        same = List.copyOf(same);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name '" + name + "' of a job is not made of a-z, 0-9, '-' and '.'");
        }
        if (seconds < 1 || seconds > 3600) {
            throw new IllegalArgumentException("job " + name + ": a limit of " + seconds + " s; 1 to 3600 can be had");
        }
        if (expected < 0 || expected > 255) {
            throw new IllegalArgumentException("job " + name + ": exit code " + expected + "; there are 0 to 255");
        }
        if (command.isBlank() || command.contains("\n") || command.contains("\t")) {
            throw new IllegalArgumentException("job " + name + ": the command must be one line, without tabs");
        }
    }

    /** The jobs of a file: {@code NAME SECONDS [exit=CODE] [same=ONE:OTHER]... COMMAND} a line, empty ones and those that start with # left out. */
    static List<Job> parse(String file, List<String> lines) {
        List<Job> jobs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                Job job = parse(line);
                if (!names.add(job.name)) {
                    throw new IllegalArgumentException("a second job with the name " + job.name);
                }
                jobs.add(job);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return jobs;
    }

    private static Job parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("needed: NAME SECONDS [exit=CODE] [same=ONE:OTHER]... COMMAND");
        }
        return of(parts.group(1), number(parts.group(2)), parts.group(3));
    }

    /**
     * A job from a command with what is expected of it in front.
     *
     * @param name    also of the folder with its results
     * @param seconds its time limit
     * @param text    {@code [exit=CODE] [same=ONE:OTHER]... COMMAND}
     */
    static Job of(String name, int seconds, String text) {
        Matcher parts = WORDS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("job " + name + ": needed: [exit=CODE] [same=ONE:OTHER]... COMMAND");
        }
        OptionalInt expected = OptionalInt.empty();
        List<SamePixels> same = new ArrayList<>();
        for (String word : parts.group(1).strip().split("\\s+")) {
            String value = word.substring(word.indexOf('=') + 1);
            if (word.startsWith("same=")) {
                same.add(SamePixels.parse(value));
            } else if (expected.isPresent()) {
                throw new IllegalArgumentException("job " + name + ": a second exit=");
            } else if (!word.isEmpty()) {
                expected = OptionalInt.of(number(value));
            }
        }
        return new Job(name, seconds, expected.orElse(0), same, parts.group(2));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number", e);
        }
    }

    /** The line that the guest reads. */
    String line() {
        return name + "\t" + seconds + "\t" + command + "\n";
    }
}
