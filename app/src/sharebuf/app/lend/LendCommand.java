package sharebuf.app.lend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Formats;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.media.Stamp;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Libc;
import sharebuf.linux.UnixSocket;

/** The command {@code lend}. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "lend", Command.ABOUT + "lend frames to another process over a Unix socket"})
public final class LendCommand extends Command {
    private static final UseId CPU = new UseId("cpu", "cpu");
    private static final int EADDRINUSE = 98;
    private static final int ECONNREFUSED = 111;
    private static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAGE = 1 << 16;

    private final BundleContext context;
    private final Deployer deployer;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public LendCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Override
    protected Syntax syntax() {
        return Syntax.of("lend", "SOCKET", 1, """
                Lends frames of this machine's memory to another process: ./sharebuf borrow, or any program that speaks the little
                protocol of docs/lending.md. Waits for one taker at SOCKET, fills buffers with colour bars, hands each over and
                waits until it is given back. Each frame bears its number and a checksum.""")
                .option("--memory", "KIND", "dma-buf (of a pool, by /dev/udmabuf; the default), a heap such as /dev/dma_heap/system,\nor memfd: the taker sees the whole pool")
                .option("--format", "F", "pixel format, NV12 by default; " + PixelFormat.known())
                .option("--size", "WxH", "size of the pictures, 640x480 by default")
                .option("--count", "N", "buffers, 4 by default")
                .option("--frames", "N", "how many, 300 by default")
                .option("--fps", "N", "frames a second, 60 by default; 0 as fast as they come back")
                .option("--wait", "SECONDS", "how long to wait for a taker, 60 by default");
    }

    private record Wanted(Path socket, String memory, BufferSpec spec, long frames, long nanos, Duration patience) {
        static Wanted of(Arguments a) throws WrongCall {
            if (a.plain().isEmpty()) {
                throw new WrongCall("SOCKET: where the taker connects, such as /tmp/frames");
            }
            String memory = a.value("--memory").orElse("dma-buf");
            if (!memory.matches("dma-buf|memfd|/.+")) {
                throw WrongCall.option("--memory", memory, "dma-buf, memfd, or the node of a dma-heap");
            }
            Path node = Path.of(memory.equals("dma-buf") ? "/dev/udmabuf" : memory);
            if (!memory.equals("memfd") && !(Files.isReadable(node) && Files.isWritable(node))) {
                throw WrongCall.option("--memory", memory, "memory whose node may be opened; " + node + (Files.exists(node) ? " belongs to somebody else"
                        : " is not there") + (memory.equals("dma-buf") ? " (modprobe udmabuf); --memory memfd needs none" : ""));
            }
            PixelFormat format = Formats.parse("--format", a.value("--format").orElse("NV12"));
            Size size = Size.parse("--size", a.value("--size").orElse("640x480"));
            if (size.width() < Stamp.MIN_WIDTH || size.height() < Stamp.LINES) {
                throw WrongCall.option("--size", size.toString(), "at least " + Stamp.MIN_WIDTH + "x" + Stamp.LINES + ", which a frame's number needs");
            }
            long fps = a.number("--fps", 60, 0, 1000);
            return new Wanted(Path.of(a.plain().getFirst()), memory,
                    BufferSpec.picture(format, size.width(), size.height()).count((int) a.number("--count", 4, 1, BufferSpec.MAX_COUNT)),
                    a.number("--frames", 300, 1, 10_000_000), fps == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / fps, Duration.ofSeconds(a.number("--wait", 60, 1, 86_400)));
        }

        /** Room for all buffers wherever an allocator puts them. */
        long bytes() {
            long each = Layout.linear(spec.format().orElseThrow(), spec.width(), spec.height(), 1, 1).objects().stream().mapToLong(o -> (o + PAGE - 1) / PAGE * PAGE).sum();
            return Math.multiplyExact(2 * each, spec.count());
        }
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall, InterruptedException {
        Wanted wanted = Wanted.of(arguments);
        Libc libc = Libc.find().orElseThrow(() -> new WrongCall("needs 64-bit Linux"));
        try (LiveBoard board = new LendBoard(wanted.memory, wanted.bytes()).up(context, deployer); Descriptors table = new Descriptors(libc)) {
            output.say(board.firstLine());
            Lending lending;
            Map<String, Object> memory;
            try (Session session = board.broker().open("lend"); UnixSocket server = listen(table, wanted.socket)) {
                BufferSet set = session.allocateFor(wanted.spec, List.of(CPU)).orThrow();
                output.say(wanted.spec + ", waiting for a taker at " + wanted.socket);
                UnixSocket client = accept(server, wanted.patience);
                lending = new Lending(new Channel(client), set);
                lending.run(wanted.frames, wanted.nanos);
                memory = memory(board.inventory().snapshot());
            }
            List<String> left = left(board);
            output.say(lending.sent() + " frames lent to " + lending.taker() + ", " + lending.released() + " given back"
                    + (left.isEmpty() ? ", all memory is back" : ", not back: " + String.join(", ", left)));
            lending.failure().ifPresent(output::error);
            output.result(json(wanted, lending, memory, left));
            return lending.failure().isPresent() || lending.released() < wanted.frames ? Exit.LOST : left.isEmpty() ? Exit.DONE : Exit.FAILED;
        } catch (CallFailed e) {
            throw new WrongCall(e.getMessage());
        }
    }

    /** A file of that name on which nobody listens any more is what a lender that was killed left. */
    private static UnixSocket listen(Descriptors table, Path path) throws CallFailed, WrongCall {
        try {
            return UnixSocket.listen(table, path, 1);
        } catch (CallFailed e) {
            if (e.errno() != EADDRINUSE) {
                throw e;
            }
        }
        try {
            UnixSocket.connect(table, path).close();
            throw WrongCall.option("SOCKET", path.toString(), "a path where nobody listens; somebody does");
        } catch (CallFailed e) {
            if (e.errno() != ECONNREFUSED || !isSocket(path)) {
                throw WrongCall.option("SOCKET", path.toString(), "a path where no other file is");
            }
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw WrongCall.option("SOCKET", path.toString(), "a path that can be made anew (" + e + ")");
        }
        return UnixSocket.listen(table, path, 1);
    }

    /** Connecting to a plain file is refused as well. */
    private static boolean isSocket(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    private static UnixSocket accept(UnixSocket server, Duration wait) throws CallFailed, InterruptedException, WrongCall {
        Optional<UnixSocket> client = server.accept(wait);
        return client.orElseThrow(() -> new WrongCall("nobody connected to " + server + " within " + wait.toSeconds() + " s"));
    }

    private static Map<String, Object> memory(Snapshot snapshot) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("buffers", snapshot.buffers().size());
        map.put("allocator", snapshot.buffers().stream().flatMap(b -> b.objects().stream()).map(Snapshot.Memory::allocator).distinct().toList());
        return map;
    }

    /** Who still has memory of ours; a taker that was killed takes a moment to end. */
    private static List<String> left(LiveBoard board) {
        long end = System.nanoTime() + BACK_NANOS;
        while (true) {
            List<String> left = new ArrayList<>();
            board.inventory().snapshot().buffers().forEach(b -> b.pins().forEach(p -> left.add(b.id() + " at " + p.who())));
            if (left.isEmpty() || System.nanoTime() > end) {
                return left;
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static Map<String, Object> json(Wanted wanted, Lending lending, Map<String, Object> memory, List<String> left) {
        Map<String, Object> frames = new LinkedHashMap<>();
        frames.put("requested", wanted.frames);
        frames.put("sent", lending.sent());
        frames.put("released", lending.released());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("socket", wanted.socket.toString());
        map.put("memory", wanted.memory);
        map.putAll(memory);
        map.put("taker", lending.taker());
        map.put("frames", frames);
        map.put("left", left);
        map.put("failure", lending.failure());
        return Map.of("lent", map);
    }
}
