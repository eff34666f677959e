package sharebuf.app.board;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.linux.Machine;
import sharebuf.node.DeviceNode;

/**
 * The board that a command was given: a description, or this machine.
 *
 * <p>Immutable.
 *
 * @param file the description; empty for this machine
 * @param machine this machine; empty for a description
 * @param options values for the variables of the description
 */
public record BoardChoice(Optional<Path> file, Optional<MachineBoard> machine, Map<String, String> options) {
    /** Copies. */
    public BoardChoice {
        options = Map.copyOf(options);
    }

    /**
     * Adds the options that choose a board.
     *
     * @param syntax of the command
     * @return with them
     */
    public static Syntax options(Syntax syntax) {
        return syntax.many("--board-option", "KEY=VALUE", "a variable of the board's description; on linux: pool, heap, driver: most bytes of\neach such region")
                .option("--platform", "sim|linux", "sim (the default): the board is simulated; linux: this machine, with --devices")
                .option("--devices", "LIST", "nodes of this machine, such as /dev/video0,/dev/dri/card0; with --platform linux")
                .option("--bounce", "refuse|allow", "memory that lies, or may lie, beyond what a device without IOMMU reaches: refuse it (the\n"
                        + "default), or allow it to be copied for each frame; by the kernel, which damages frames of drivers that also write by CPU,\n"
                        + "or on a simulated board that has the variable bounce by its dma_map_ops, and counted");
    }

    /**
     * What was chosen.
     *
     * @param a what the command was given; its first plain argument is the board
     * @return the choice
     * @throws WrongCall when there is no such board, or a device is none
     */
    public static BoardChoice of(Arguments a) throws WrongCall {
        String platform = a.value("--platform").orElse("sim");
        Map<String, String> options = a.pairs("--board-option");
        if (platform.equals("sim")) {
            if (a.has("--devices")) {
                throw new WrongCall("--devices: only with --platform linux");
            }
            if (a.has("--bounce")) {
                options = new TreeMap<>(options);
                options.put("bounce", bounce(a));
            }
            return new BoardChoice(Optional.of(Boards.find(a.plain().isEmpty() ? Boards.DEFAULT : a.plain().getFirst())), Optional.empty(), options);
        }
        if (!platform.equals("linux")) {
            throw WrongCall.option("--platform", platform, "sim, linux");
        }
        if (!a.plain().isEmpty()) {
            throw new WrongCall("BOARD " + a.plain().getFirst() + ": not together with --platform linux, the machine is the board");
        }
        List<String> paths = a.value("--devices").map(t -> Arrays.stream(t.split(",")).map(String::strip).filter(t2 -> !t2.isEmpty()).toList()).orElse(List.of());
        if (paths.isEmpty()) {
            throw new WrongCall("--devices: needed with --platform linux, such as --devices /dev/video0,/dev/dri/card0; ./sharebuf probe shows what there is");
        }
        String bounce = bounce(a);
        MachineBoard machine = MachineBoard.of(new Machine(Path.of("/")), paths).bouncing(bounce.equals(DeviceNode.ALLOW));
        return new BoardChoice(Optional.empty(), Optional.of(machine), options);
    }

    private static String bounce(Arguments a) throws WrongCall {
        String bounce = a.value("--bounce").orElse(DeviceNode.REFUSE);
        if (!List.of(DeviceNode.REFUSE, DeviceNode.ALLOW).contains(bounce)) {
            throw WrongCall.option("--bounce", bounce, DeviceNode.REFUSE + ", " + DeviceNode.ALLOW);
        }
        return bounce;
    }
}
