package sharebuf.lab;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * @param archs    processors that it is for
 * @param machine  that it needs
 * @param named    whether it is run only when somebody names it
 * @param command  a line for the guest's shell
 */
record Job(String name, int seconds, int expected, List<SamePixels> same, Set<Arch> archs, Machine machine, boolean named,
        String command) {
    /** What may stand before a command, for messages. */
    static final String FORM = "[exit=CODE] [same=ONE:OTHER]... [arch=ARCH|any] [machine=NAME] [when=named] COMMAND";
    private static final String KEYS = "(?:exit|same|arch|machine|when)=";
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(.*)");
    private static final Pattern WORDS = Pattern.compile("((?:" + KEYS + "\\S*\\s+)*)(?!" + KEYS + ")(.*)");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");

    Job {
        same = List.copyOf(same);
        archs = Set.copyOf(archs);
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

    /** The jobs of a file: {@code NAME SECONDS} and the rest a line, empty ones and those that start with # left out. */
    static List<Job> parse(String file, List<String> lines) {
        List<Job> jobs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                Matcher parts = LINE.matcher(line);
                if (!parts.matches()) {
                    throw new IllegalArgumentException("needed: NAME SECONDS " + FORM);
                }
                Job job = of(parts.group(1), number(parts.group(2)), EnumSet.of(Arch.X86_64), parts.group(3));
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

    /**
     * A job from a command with what is expected of it in front.
     *
     * @param name    also of the folder with its results
     * @param seconds its time limit
     * @param archs   that it is for unless it says so itself
     * @param text    of the {@link #FORM}
     */
    static Job of(String name, int seconds, Set<Arch> archs, String text) {
        Matcher parts = WORDS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("job " + name + ": needed: " + FORM);
        }
        Map<String, String> once = new HashMap<>();
        List<SamePixels> same = new ArrayList<>();
        for (String word : parts.group(1).isBlank() ? new String[0] : parts.group(1).strip().split("\\s+")) {
            String key = word.substring(0, word.indexOf('='));
            String value = word.substring(key.length() + 1);
            if (key.equals("same")) {
                same.add(SamePixels.parse(value));
            } else if (once.put(key, value) != null) {
                throw new IllegalArgumentException("job " + name + ": a second " + key + "=");
            }
        }
        return new Job(name, seconds, number(once.getOrDefault("exit", "0")), same, archs(once.get("arch"), archs),
                Machine.of(once.getOrDefault("machine", Machine.STANDARD.word)), named(once.get("when")), parts.group(2));
    }

    private static Set<Arch> archs(String word, Set<Arch> otherwise) {
        return word == null ? otherwise : word.equals("any") ? EnumSet.allOf(Arch.class) : EnumSet.of(Arch.of(word));
    }

    private static boolean named(String word) {
        if (word != null && !word.equals("named")) {
            throw new IllegalArgumentException("when=" + word + ": there is when=named");
        }
        return word != null;
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
