package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of {@code check --kernel}.
 *
 * @param cases what is to be played, in order
 * @param unplug paths of devices that may be unplugged
 * @param json where the report goes; empty for nowhere, {@code -} for standard output
 * @param help whether only help is wanted
 */
record KernelCall(List<Case> cases, List<String> unplug, String json, boolean help) {

    static String usage(List<Case> all) {
        StringBuilder s = new StringBuilder("""
                usage: ./sharebuf check --kernel [CASE...] [--unplug PATH]... [--json FILE]

                Plays named cases on the devices of this machine's kernel, through the broker and the plug-ins where they can say what
                the case asks for (api), else through a device node (node), else by system calls of our own (uapi). A line a case:
                ok, FAILED or skipped, with what was seen. Frames are captured and a picture may be shown; nothing is left behind.

                  CASE         a name, or a group of names
                  --unplug PATH
                               of a node, such as /dev/video0: the cases faults/unplug_* may take its driver away and give it back
                  --json FILE  write what was found and every outcome as JSON; - is standard output, then nothing else is printed there
                  --help       print this and exit

                exit: 0 none failed (also where there is no device), 1 a case failed, 2 the call is wrong or the product does not come up

                cases:
                """);
        all.forEach(c -> s.append(String.format("  %-34s %-4s  %s%n", c.name(), c.level(), c.model())));
        return s.toString().stripTrailing();
    }

    static KernelCall of(String[] args, List<Case> all) throws NotPlayed {
        List<Case> chosen = new ArrayList<>();
        List<String> unplug = new ArrayList<>();
        String json = "";
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            switch (arg) {
                case "--kernel" -> {
                    continue; // how the caller found us
                }
                case "--help", "-h" -> {
                    return new KernelCall(List.of(), List.of(), "", true);
                }
                case "--json" -> {
                    i++;
                    json = value(args, i);
                }
                case "--unplug" -> {
                    i++;
                    String path = value(args, i);
                    if (!path.matches("/dev/video\\d+|/dev/dri/card\\d+") || !Files.exists(Path.of(path))) {
                        throw new NotPlayed("--unplug " + path + ": a node that is there, such as /dev/video0 or /dev/dri/card0");
                    }
                    unplug.add(path);
                }
                default -> {
                    List<Case> meant = all.stream().filter(c -> c.is(arg)).toList();
                    if (meant.isEmpty()) {
                        throw new NotPlayed("there is no case '" + arg + "'; ./sharebuf check --kernel --help lists them");
                    }
                    meant.stream().filter(c -> !chosen.contains(c)).forEach(chosen::add);
                }
            }
        }
        return new KernelCall(chosen.isEmpty() ? all : List.copyOf(chosen), List.copyOf(unplug), json, false);
    }

    private static String value(String[] args, int at) throws NotPlayed {
        if (at == args.length) {
            throw new NotPlayed(args[at - 1] + " needs a value");
        }
        return args[at];
    }

    boolean jsonToStandardOutput() {
        return json.equals("-");
    }

    void writeJson(String text) throws NotPlayed {
        if (jsonToStandardOutput()) {
            System.out.print(text);
        } else if (!json.isEmpty()) {
            try {
                Files.writeString(Path.of(json), text);
            } catch (IOException e) {
                throw new NotPlayed("cannot write " + json + ": " + e);
            }
        }
    }
}
