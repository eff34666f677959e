package sharebuf.app.tour;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.Deployer;

/** The command {@code tour}. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "tour", Command.ABOUT + "the ideas of the original discussion, played on simulated boards"})
public final class TourCommand extends Command {
    private final Stage stage;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public TourCommand(BundleContext context, @Reference Deployer deployer) {
        stage = new Stage(context, deployer);
    }

    @Override
    protected Syntax syntax() {
        return Syntax.of("tour", "[ROW...]", Rows.ALL.size(), """
                Plays the ideas of the discussion in which this system was asked for (linaro-mm-sig, April 2012) on simulated boards. Each
                row says what was seen, and the command that shows the same; it is shown, partly (with what is missing) or not yet.
                ROW is a number from 1 to 19; without one all are played. Exit 1 if a row that claims to be shown is not.""");
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall {
        List<Rows.Row> rows = rows(arguments.plain());
        output.say("simulated boards, no hardware touched");
        List<Object> results = new ArrayList<>();
        boolean failed = false;
        for (Rows.Row row : rows) {
            Seen seen = new Seen();
            String status = row.missing().isEmpty() ? "shown" : row.missing().startsWith("not yet: ") ? "not yet" : "partly";
            String missing = row.missing().replaceFirst("^not yet: ", "");
            if (row.scene().isPresent()) {
                try {
                    row.scene().get().play(stage, seen);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Exit.INTERRUPTED;
                } catch (Exception e) {
                    status = "failed";
                    missing = e instanceof Seen.NotSeen ? e.getMessage() : e.toString();
                    failed = true;
                }
            }
            tell(row, status, missing, seen, output);
            results.add(json(row, status, missing, seen));
        }
        output.result(Map.of("rows", results));
        return failed ? Exit.FAILED : Exit.DONE;
    }

    private static List<Rows.Row> rows(List<String> numbers) throws WrongCall {
        List<Rows.Row> rows = new ArrayList<>();
        for (String number : numbers) {
            rows.add(Rows.ALL.stream().filter(r -> Integer.toString(r.number()).equals(number)).findFirst()
                    .orElseThrow(() -> WrongCall.option("ROW", number, "1 to " + Rows.ALL.size())));
        }
        return rows.isEmpty() ? Rows.ALL : rows;
    }

    private static void tell(Rows.Row row, String status, String missing, Seen seen, Output output) {
        output.say("");
        output.say(String.format("%2d  %s: %s", row.number(), row.title(), status));
        seen.lines().forEach(l -> output.say("    saw      " + l));
        if (!missing.isEmpty()) {
            output.say("    " + (status.equals("failed") ? "failed   " : "missing  ") + missing);
        }
        output.say("    command  " + row.command());
    }

    private static Map<String, Object> json(Rows.Row row, String status, String missing, Seen seen) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("row", row.number());
        map.put("title", row.title());
        map.put("status", status);
        map.put("missing", missing);
        map.put("command", row.command());
        map.put("seen", seen.lines());
        return map;
    }
}
