package sharebuf.app.tour;

import java.util.Map;
import org.osgi.framework.BundleContext;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.Deployer;

/**
 * What scenes are played on.
 *
 * @param context of this bundle
 * @param deployer who brings boards up
 */
record Stage(BundleContext context, Deployer deployer) {
    /** The default board, fresh. */
    LiveBoard board() throws WrongCall {
        return LiveBoard.up(context, deployer, Boards.find(Boards.DEFAULT), Map.of());
    }

    /** One whose encoder reaches the first 256 MiB of memory only; what has to lie in one piece comes from a pool far above. */
    LiveBoard boardWithANarrowEncoder() throws WrongCall {
        return LiveBoard.up(context, deployer, Boards.find("qemu-virt"), Map.of("cma", "64MiB", "encoderMask", "0x4fffffff"));
    }
}
