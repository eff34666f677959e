package sharebuf.app.board;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.Refusal;
import sharebuf.deployment.Board;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.inventory.Inventory;
import sharebuf.node.DeviceNode;
import sharebuf.platform.Platform;
import sharebuf.sim.Faults;

/**
 * A board that is up, with the services on it. Services are taken from the registry and not injected: they come and go with the board,
 * the command stays.
 *
 * <p>Thread-safe. {@link #close} takes the board down.
 */
public final class LiveBoard implements AutoCloseable {
    private static final Duration SEATS = Duration.ofSeconds(20);
    private static final long SERVICE_MILLIS = 5_000;

    private final BundleContext context;
    private final Deployer deployer;
    private final Board board;

    private LiveBoard(BundleContext context, Deployer deployer, Board board) {
        this.context = context;
        this.deployer = deployer;
        this.board = board;
    }

    /**
     * Brings a board up.
     *
     * @param context of this bundle
     * @param deployer who does it
     * @param choice which one
     * @return the board, every seat taken
     * @throws WrongCall when its description is wrong, or a seat stays empty: then the board is down again
     */
    public static LiveBoard up(BundleContext context, Deployer deployer, BoardChoice choice) throws WrongCall {
        if (choice.machine().isEmpty()) {
            return up(context, deployer, choice.file().orElseThrow(), choice.options());
        }
        Path file = choice.machine().get().write();
        try {
            return up(context, deployer, file, choice.options());
        } finally {
            file.toFile().delete();
        }
    }

    /**
     * Brings a board up.
     *
     * @param context of this bundle
     * @param deployer who does it
     * @param file the board's description
     * @param options values for its variables
     * @return the board, every seat taken
     * @throws WrongCall when the file is wrong, or a seat stays empty: then the board is down again
     */
    public static LiveBoard up(BundleContext context, Deployer deployer, Path file, Map<String, String> options) throws WrongCall {
        try {
            Board board = deployer.bringUp(file, options, SEATS);
            if (!board.missing().isEmpty()) {
                deployer.takeDown();
                StringBuilder s = new StringBuilder("board ").append(board.name()).append(" is not complete");
                board.missing().forEach(m -> s.append("\n  ").append(m.kind()).append(' ').append(m.name()).append(": ").append(m.reason()));
                throw new WrongCall(s.toString());
            }
            return new LiveBoard(context, deployer, board);
        } catch (BoardException e) {
            throw new WrongCall(e.getMessage());
        }
    }

    /**
     * The board.
     *
     * @return as it came up
     */
    public Board board() {
        return board;
    }

    /**
     * A refusal whose fix is to allow copies, where the board can copy and its description says that it does not.
     *
     * @param why the refusal
     * @return the same, or with another fix
     */
    public Refusal bounceable(Refusal why) {
        return why.constraint().equals("reach") && DeviceNode.REFUSE.equals(board.variables().get("bounce")) ? why.fixedBy("--bounce allow") : why;
    }

    /**
     * Who changes its bundles.
     *
     * @return the deployer
     */
    public Deployer deployer() {
        return deployer;
    }

    /**
     * The broker, got by this bundle: its sessions are ours.
     *
     * @return the service
     */
    public BufferBroker broker() {
        return service(BufferBroker.class);
    }

    /**
     * The ledger's contents.
     *
     * @return the service
     */
    public Inventory inventory() {
        return service(Inventory.class);
    }

    /**
     * The breaker of simulated hardware.
     *
     * @return the service
     */
    public Faults faults() {
        return service(Faults.class);
    }

    /**
     * What is simulated and what is real.
     *
     * @return the service
     */
    public Platform platform() {
        return service(Platform.class);
    }

    /**
     * The line that every run begins with.
     *
     * @return what is simulated and what is real
     */
    public String firstLine() {
        return platform().real().isEmpty() ? "simulated board " + board.name() + ", no hardware touched"
                : "board " + board.name() + ", real: " + String.join(", ", platform().real());
    }

    private <T> T service(Class<T> type) {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        try {
            T service = tracker.waitForService(SERVICE_MILLIS);
            if (service == null) {
                throw new IllegalStateException("board " + board.name() + ": no service " + type.getName() + " within " + SERVICE_MILLIS + " ms");
            }
            // Counted by the context: the object stays ours until this bundle stops or the service goes.
            return context.getService(tracker.getServiceReference());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + type.getName(), e);
        } finally {
            tracker.close();
        }
    }

    @Override
    public void close() {
        deployer.takeDown();
    }
}
