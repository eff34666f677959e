package sharebuf.app.lend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.Lent;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Libc;
import sharebuf.linux.UnixSocket;

/** The command {@code borrow}. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "borrow", Command.ABOUT + "take frames that another process lends over a Unix socket"})
public final class BorrowCommand extends Command {
    private static final int ENOENT = 2;
    private static final int ECONNREFUSED = 111;

    private final BundleContext context;
    private final Deployer deployer;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public BorrowCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Override
    protected Syntax syntax() {
        return Syntax.of("borrow", "SOCKET", 1, """
                Takes frames that another process lends at SOCKET: ./sharebuf lend, or any program that speaks the little protocol
                of docs/lending.md. Imports its dma-bufs, or maps its memfd, looks at every frame where it lies, and gives it back.
                Whether a frame is whole says the number and checksum in its pixels.""")
                .option("--name", "NAME", "who takes them, for the lender's reports; sharebuf by default")
                .option("--frames", "N", "leave after so many; without it the lender says when it ends")
                .option("--wait", "SECONDS", "how long to wait for a lender, 60 by default");
    }

    @Override
    protected int run(Arguments a, Output output) throws WrongCall, InterruptedException {
        if (a.plain().isEmpty()) {
            throw new WrongCall("SOCKET: where the lender listens, such as /tmp/frames");
        }
        Libc libc = Libc.find().orElseThrow(() -> new WrongCall("needs 64-bit Linux"));
        String name = a.value("--name").orElse("sharebuf");
        try {
            new Wire.Take(name);
        } catch (IllegalArgumentException e) {
            throw new WrongCall("--" + e.getMessage());
        }
        long most = a.number("--frames", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        Duration wait = Duration.ofSeconds(a.number("--wait", 60, 1, 86_400));
        try (LiveBoard board = LendBoard.foreign().up(context, deployer); Descriptors table = new Descriptors(libc);
                Channel channel = new Channel(connect(table, Path.of(a.plain().getFirst()), wait))) {
            Borrowing borrowing;
            try (Session session = board.broker().open("borrow")) {
                borrowing = new Borrowing(channel, (offers, descriptors) -> open(libc, session, channel, offers, descriptors));
                borrowing.run(name, most);
            }
            boolean all = borrowing.ended() || borrowing.received() >= most;
            output.say(borrowing.received() + " frames taken, " + borrowing.whole() + " whole, " + borrowing.torn() + " torn, " + borrowing.lost() + " lost");
            borrowing.notes().forEach(output::error);
            borrowing.failure().ifPresent(output::error);
            output.result(json(borrowing));
            return borrowing.failure().isPresent() || borrowing.torn() > 0 || borrowing.lost() > 0 || !all ? Exit.LOST : Exit.DONE;
        } catch (CallFailed e) {
            boolean nobody = e.errno() == ENOENT || e.errno() == ECONNREFUSED;
            throw new WrongCall(e.getMessage() + (nobody ? "; ./sharebuf lend " + a.plain().getFirst() + " lends there" : ""));
        }
    }

    private static Borrowed open(Libc libc, Session session, Channel channel, List<Wire.Buffer> offers, List<List<Descriptor>> descriptors) throws IOException {
        String giver = channel.peer().map(p -> "process " + p.pid()).orElse("lender");
        return Offer.of(offers).kind() == Lent.Kind.MEMFD ? new MappedBuffers(libc, offers, descriptors) : ImportedBuffers.of(session, giver, offers, descriptors);
    }

    /** Waits until somebody listens: who starts both ends at once does not know which is first. */
    private static UnixSocket connect(Descriptors table, Path path, Duration wait) throws CallFailed, InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            try {
                return UnixSocket.connect(table, path);
            } catch (CallFailed e) {
                if (e.errno() != ENOENT && e.errno() != ECONNREFUSED || System.nanoTime() > end) {
                    throw e;
                }
            }
            LockSupport.parkNanos(50_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException("waiting for " + path);
            }
        }
    }

    private static Map<String, Object> json(Borrowing b) {
        Map<String, Object> frames = new LinkedHashMap<>();
        frames.put("received", b.received());
        frames.put("whole", b.whole());
        frames.put("torn", b.torn());
        frames.put("lost", b.lost());
        Map<String, Object> map = new LinkedHashMap<>();
        Optional<Wire.Buffer> first = b.buffers().stream().findFirst();
        map.put("buffers", b.buffers().size());
        map.put("memory", first.map(f -> f.objects().getFirst().kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')));
        map.put("format", first.map(Wire.Buffer::fourcc));
        map.put("width", first.map(Wire.Buffer::width));
        map.put("height", first.map(Wire.Buffer::height));
        map.put("frames", frames);
        map.put("failure", b.failure());
        return Map.of("borrowed", map);
    }
}
