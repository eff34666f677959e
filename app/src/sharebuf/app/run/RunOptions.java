package sharebuf.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sharebuf.app.board.BoardChoice;
import sharebuf.app.board.Memory;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Formats;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.media.Stamp;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.MovePolicy;
import sharebuf.format.PixelFormat;
import sharebuf.sim.Faults.Fault;

/**
 * What a run is to do.
 *
 * <p>Immutable.
 *
 * @param board which one
 * @param pipeline who writes and who reads; empty on this machine means the first that captures and all others
 * @param format of the pixels; empty on this machine means one that all take
 * @param size of the pictures; empty means that of the source, else 1920x1080; on this machine what all take
 * @param count buffers of each set
 * @param frames how many
 * @param fps frames a second, 0 as fast as it goes; empty on this machine leaves it to the camera
 * @param source a Y4M file; empty for colour bars
 * @param out folder for pictures
 * @param happenings what is done in the middle, by frame
 * @param move what an attach may do
 * @param fault what is broken on purpose
 * @param memory where buffers must lie
 * @param copy whether the CPU copies where no memory suits all devices
 * @param plugins a folder whose jars run; empty for none
 * @param onLast a command for the time when the last picture is on the screen
 */
record RunOptions(BoardChoice board, Optional<Pipeline> pipeline, Optional<PixelFormat> format, Optional<Size> size, int count, long frames,
        OptionalInt fps, Optional<Path> source, Optional<Path> out, List<Happening> happenings, MovePolicy move, Optional<Break> fault,
        Memory memory, boolean copy, Optional<Path> plugins, Optional<String> onLast) {
    static final Size DEFAULT_SIZE = new Size(1920, 1080);
    private static final int MAX_FRAMES = 10_000_000;
    static final int DEFAULT_FPS = 60;
    private static final Map<String, Fault> SYNCS = Map.of("no-begin", Fault.NO_BEGIN, "no-end", Fault.NO_END, "no-handover", Fault.NO_HANDOVER);
    private static final int MAX_FPS = 1000;

    /** A fault with its number. */
    record Break(Fault fault, long n) {
        /** As it is typed. */
        @Override
        public String toString() {
            return fault == Fault.DROP ? "drop=" + n : fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Syntax syntax() {
        Syntax syntax = Syntax.of("run", "[BOARD]", 1, """
                Brings the board's plug-ins up in Felix, asks for buffers that suit every device of the pipeline, lets frames flow
                through them by DMA, and reports which memory was chosen and why. Each frame bears its number and a checksum; what
                is lost or torn is counted from the pixels that each reader got.
                BOARD is a name under boards/, or a file; without one raspberrypi-4.""")
                .option("--pipeline", "TEXT", "who writes and who reads: camera -> display + encoder (the default), camera -> codec ->\n"
                        + "display; a memory-to-memory device ends one set of buffers and starts the next; where\n"
                        + "it is the first, or cpu stands there, the CPU draws the pictures; DEVICE:USE where a\ndevice has several uses")
                .option("--format", "NAME", "NV12 (the default), NV12M, YUYV, XRGB8888, ...")
                .option("--size", "WxH", "in pixels; without it that of --source, else 1920x1080")
                .option("--count", "N", "buffers of each set, 1 to 64, default 4")
                .option("--frames", "N", "how many frames, default 300")
                .option("--fps", "N", "frames a second, 0 to 1000, default 60; 0 is as fast as it goes")
                .option("--source", "FILE.y4m", "what the camera sees (8 bit, 4:2:0 or mono); else colour bars that move; the run ends with\nthe file's last frame")
                .option("--out", "DIR", "writes display.y4m (every frame as it was scanned out), display.png (the last one) and\n"
                        + "memory.svg (where the buffers lie); the stamp is in the first 8 lines, all else equals the source")
                .many("--at", "FRAME:ACTION", "attach=DEVICE, detach=DEVICE, stop=BUNDLE, start=BUNDLE, install=FILE.jar,\n"
                        + "swap=BUNDLE[:FILE.jar] (without a file: a copy under the next version).\n"
                        + "After start, install and swap one further set is asked for, to see who serves it")
                .option("--move", "POLICY", "whether an attach may move the buffers to memory that suits the newcomer too: never (the default: refused),\n"
                        + "ask (refused, with the plan), allow, or allow:BYTES when no more are to be copied")
                .option("--memory", "WHERE", "regions in which the buffers must lie: REGION, or by object such as 0=system,1=pool (NV12M has\n"
                        + "two objects); REGION|REGION where either will do")
                .option("--copy", "auto|never", "auto (the default on linux): devices that take no memory in common get sets of their own, and\n"
                        + "the CPU copies each frame; never (the default on sim): that is a refusal")
                .option("--plugins", "DIR", "a folder whose jars run on the board: those in it are installed before memory is asked for, and\nwhat is dropped in, replaced or taken out meanwhile is installed, swapped or uninstalled")
                .option("--on-last", "COMMAND", "a line for /bin/sh, run while the last picture is on a real display; $SHAREBUF_DISPLAY is its name;\n"
                        + "60 s at most; another exit code than 0 fails the run")
                .option("--fault", "FAULT", "breaks the data path on purpose, the run must notice (exit 4): no-fence, skip-sync, drop=N; no-begin, no-end: CPU access\n"
                        + "does not invalidate, or not write back, the CPU's cache; no-handover: what a device that snoops left there is not written back for one that does not");
        return BoardChoice.options(syntax);
    }

    static RunOptions of(Arguments a) throws WrongCall {
        BoardChoice board = BoardChoice.of(a);
        boolean real = board.machine().isPresent();
        if (!real && a.has("--on-last")) {
            throw new WrongCall("--on-last: only with --platform linux; a simulated display keeps no picture for anybody else to see");
        }
        for (String drawn : List.of("--source", "--fault")) {
            if (real && a.has(drawn)) {
                throw new WrongCall(drawn + ": only on a simulated board; a real camera sees what it sees, and breaks when it breaks");
            }
        }
        Optional<PixelFormat> format = a.has("--format") || !real ? Optional.of(Formats.parse("--format", a.value("--format").orElse("NV12"))) : Optional.empty();
        Optional<Size> size = a.has("--size") ? Optional.of(size(a.value("--size").orElseThrow(), real)) : Optional.empty();
        long frames = a.number("--frames", 300, 1, MAX_FRAMES);
        List<Happening> happenings = new ArrayList<>();
        for (String text : a.values("--at")) {
            happenings.add(Happening.parse(text, frames));
        }
        happenings.sort(Comparator.comparingLong(Happening::frame));
        Optional<Pipeline> pipeline = a.has("--pipeline") || !real ? Optional.of(Pipeline.parse(a.value("--pipeline").orElse(Pipeline.DEFAULT)))
                : Optional.empty();
        OptionalInt fps = a.has("--fps") || !real ? OptionalInt.of((int) a.number("--fps", DEFAULT_FPS, 0, MAX_FPS)) : OptionalInt.empty();
        return new RunOptions(board, pipeline, format, size, (int) a.number("--count", 4, 1, BufferSpec.MAX_COUNT), frames,
                fps, a.value("--source").map(Path::of), a.value("--out").map(Path::of), happenings,
                Happening.policy(a.value("--move").orElse("never")), fault(a.value("--fault"), frames),
                a.has("--memory") ? Memory.parse(a.value("--memory").orElseThrow()) : Memory.ANY, copy(a.value("--copy"), real), plugins(a.value("--plugins")),
                a.value("--on-last"));
    }

    private static Optional<Path> plugins(Optional<String> folder) throws WrongCall {
        if (folder.isPresent() && !Files.isDirectory(Path.of(folder.get()))) {
            throw WrongCall.option("--plugins", folder.get(), "a folder that is there; mkdir -p " + folder.get() + " makes it");
        }
        return folder.map(Path::of);
    }

    private static boolean copy(Optional<String> text, boolean real) throws WrongCall {
        return switch (text.orElse(real ? "auto" : "never")) {
            case "auto" -> true;
            case "never" -> false;
            default -> throw WrongCall.option("--copy", text.orElseThrow(), "auto, never");
        };
    }

    private static Size size(String text, boolean real) throws WrongCall {
        Size size = Size.parse("--size", text);
        if (!real && (size.width() < Stamp.MIN_WIDTH || size.height() < Stamp.LINES)) {
            throw WrongCall.option("--size", text, "at least " + Stamp.MIN_WIDTH + "x" + Stamp.LINES + ", the stamp needs so much");
        }
        return size;
    }

    private static Optional<Break> fault(Optional<String> text, long frames) throws WrongCall {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String fault = text.get();
        if (fault.equals("no-fence")) {
            return Optional.of(new Break(Fault.NO_FENCE, 0));
        }
        if (fault.equals("skip-sync")) {
            return Optional.of(new Break(Fault.SKIP_SYNC, 0));
        }
        if (SYNCS.containsKey(fault)) {
            return Optional.of(new Break(SYNCS.get(fault), 0));
        }
        if (fault.matches("drop=[0-9]{1,9}")) {
            long n = Long.parseLong(fault.substring(5));
            if (n >= 2 && n <= frames) {
                return Optional.of(new Break(Fault.DROP, n));
            }
        }
        throw WrongCall.option("--fault", fault, "no-fence, skip-sync, no-begin, no-end, no-handover, drop=N with N from 2 to " + frames + ", N within --frames");
    }
}
