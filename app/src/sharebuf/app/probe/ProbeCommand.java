package sharebuf.app.probe;

import java.nio.file.Path;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Component;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;

/** The command {@code probe}. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "probe", Command.ABOUT + "what this machine's kernel offers, found by trying"})
public final class ProbeCommand extends Command {
    @Override
    protected Syntax syntax() {
        return Syntax.of("probe", "", 0, """
                Says what this machine's kernel offers to share: dma-heaps, udmabuf, V4L2 and DRM nodes, IOMMU groups, and who imports
                whose dma-bufs, found by trying. No format or mode is set, no stream started, no picture shown; a queue that somebody
                else uses says EBUSY. Nodes that need more rights say EACCES. What cannot be known is unknown.
                Exit 0 also where there is nothing.""");
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall {
        Findings findings = new Probe(Libc.find(), new Machine(Path.of("/"))).look();
        output.say(ProbeText.of(findings));
        output.result(ProbeJson.of(findings));
        return Exit.DONE;
    }
}
