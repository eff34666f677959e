package sharebuf.app.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import sharebuf.app.board.Boards;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Formats;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.media.Stamp;
import sharebuf.app.run.Pipeline;
import sharebuf.format.PixelFormat;

/**
 * What a soak is to do.
 *
 * <p>Immutable.
 *
 * @param board its description
 * @param boardOptions values for the board's variables
 * @param limit for how long steps are made; what is under way then is played to its end
 * @param seed of the steps
 * @param pipelines that play all the time; devices join and leave the first
 * @param format of the pictures, also of those that applications take
 * @param size of the pictures
 * @param fps frames a second
 * @param neighbours applications that work beside the steps
 * @param actions steps to make in place of those of the seed
 * @param until how many steps at most
 * @param typed what else was typed, to be typed again
 */
record SoakOptions(Path board, Map<String, String> boardOptions, Duration limit, long seed, List<Pipeline> pipelines, PixelFormat format, Size size,
        int fps, int neighbours, Optional<List<Step>> actions, long until, String typed) {
    private static final String BOARD = "soak";
    private static final double MOST_MINUTES = 1440;
    private static final int MOST_NEIGHBOURS = 16;
    private static final double NANOS = 60e9;

    static Syntax syntax() {
        return Syntax.of("soak", "[BOARD]", 1, """
                Random changes and faults over running pipelines: plug-ins are swapped, stopped and started, devices join and leave, buffers
                move, and in the middle of it any call of any plug-in throws, hangs, or stops its own bundle. Nothing may be lost, torn
                or left behind, and every class loader that was replaced must go. A step is a line: FRAME ACTION ARGUMENTS | what came
                of it. The seed decides the steps; what a machine makes of them depends on its speed a little.
                BOARD is a name under boards/, or a file; without one soak, which was made for this.""")
                .option("--minutes", "N", "for how long, such as 10 or 0.5; default 1")
                .option("--seed", "S", "a whole number; without one it is drawn, and printed")
                .option("--until", "K", "end after K steps: the same seed plays the same first K")
                .option("--actions", "FILE", "make these steps, lines as soak prints them, in place of a seed's")
                .many("--pipeline", "TEXT", "what plays, as of run; default camera -> display + encoder, and on board soak camera2 -> codec -> screen")
                .option("--format", "NAME", "of the pictures: NV12 (the default), NV12M, YUYV, XRGB8888, ...")
                .option("--size", "WxH", "of the pictures, default 320x240")
                .option("--fps", "N", "frames a second, 1 to 1000, default 60")
                .option("--neighbours", "N", "applications that take, fill, move and give back all the time, 0 to 16, default 1")
                .many("--board-option", "KEY=VALUE", "a variable of the board's description");
    }

    static SoakOptions of(Arguments a) throws WrongCall {
        String board = a.plain().isEmpty() ? BOARD : a.plain().getFirst();
        List<String> pipelines = !a.values("--pipeline").isEmpty() ? a.values("--pipeline")
                : board.equals(BOARD) ? List.of(Pipeline.DEFAULT, "camera2 -> codec -> screen") : List.of(Pipeline.DEFAULT);
        List<Pipeline> parsed = new ArrayList<>();
        for (String text : pipelines) {
            parsed.add(Pipeline.parse(text));
        }
        Size size = Size.parse("--size", a.value("--size").orElse("320x240"));
        if (size.width() < Stamp.MIN_WIDTH || size.height() < Stamp.LINES) {
            throw WrongCall.option("--size", size.toString(), "at least " + Stamp.MIN_WIDTH + "x" + Stamp.LINES + ", the stamp needs so much");
        }
        return new SoakOptions(Boards.find(board), a.pairs("--board-option"), minutes(a.value("--minutes").orElse("1")),
                a.has("--seed") ? a.number("--seed", 0, Long.MIN_VALUE, Long.MAX_VALUE) : ThreadLocalRandom.current().nextInt(1, 1_000_000_000), parsed,
                Formats.parse("--format", a.value("--format").orElse("NV12")), size,
                (int) a.number("--fps", 60, 1, 1000), (int) a.number("--neighbours", 1, 0, MOST_NEIGHBOURS),
                a.has("--actions") ? Optional.of(steps(a.value("--actions").orElseThrow())) : Optional.empty(),
                a.number("--until", Long.MAX_VALUE, 1, Long.MAX_VALUE), typed(a));
    }

    private static String typed(Arguments a) {
        StringBuilder words = new StringBuilder();
        a.plain().forEach(word -> words.append(' ').append(word));
        for (String option : List.of("--board-option", "--pipeline", "--format", "--size", "--fps", "--neighbours", "--minutes", "--actions")) {
            a.values(option).forEach(value -> words.append(' ').append(option).append(value.indexOf(' ') < 0 ? " " + value : " '" + value + "'"));
        }
        return words.toString();
    }

    /** What makes the first steps once more. */
    String again(int steps) {
        return "./sharebuf soak" + typed + " --seed " + seed + " --until " + Math.max(1, steps);
    }

    private static Duration minutes(String text) throws WrongCall {
        try {
            double minutes = Double.parseDouble(text);
            if (minutes > 0 && minutes <= MOST_MINUTES) {
                return Duration.ofNanos((long) (minutes * NANOS));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw WrongCall.option("--minutes", text, "a number above 0 up to " + (int) MOST_MINUTES + ", such as 10 or 0.5");
    }

    /** Lines that begin with a frame are steps; all others of what a soak prints are passed over. */
    private static List<Step> steps(String file) throws WrongCall {
        List<Step> steps = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(Path.of(file))) {
                number++;
                if (line.matches("\\d+ [a-z]+ .*")) {
                    steps.add(Step.parse(file + ":" + number, line));
                }
            }
        } catch (IOException e) {
            throw WrongCall.option("--actions", file, "a file that can be read (" + e + ")");
        }
        if (steps.isEmpty()) {
            throw WrongCall.option("--actions", file, "a file with lines such as: 340 swap importer.drm");
        }
        return steps;
    }
}
