package sharebuf.app.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.Stream;
import sharebuf.app.run.Happening;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.RefusedException;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Deployer.Change;

/**
 * Makes steps, one after another. What cannot be explained by a fault that happened, or by a bundle that is stopped, is a failure of the soak:
 * a swap that is refused in peace, a device that cannot leave, an exception where a refusal should be.
 *
 * <p>Confined to one thread.
 */
final class Performer {
    private final Deployer deployer;
    private final Playing first;
    private final Seams seams;
    private final Nurse nurse;
    private final Tallies tallies;
    private final Applications applications;
    private final List<String> failures = new ArrayList<>();
    private List<String> faultsBefore = List.of();

    /** Where applications come from. */
    interface Applications {
        Application application(long seed);
    }

    /** What a step came to. */
    private record Result(Performed.Outcome outcome, String message) {
        private static Result of(Change change) {
            return new Result(change.done() ? Performed.Outcome.OK : Performed.Outcome.REFUSED, change.message());
        }
    }

    Performer(Deployer deployer, Playing first, Seams seams, Nurse nurse, Tallies tallies, Applications applications) {
        this.deployer = deployer;
        this.first = first;
        this.seams = seams;
        this.nurse = nurse;
        this.tallies = tallies;
        this.applications = applications;
    }

    /** Makes a step. */
    Performed perform(Step step) throws InterruptedException {
        long begin = System.nanoTime();
        long frame = first.frame();
        Result result;
        try {
            result = result(step);
        } catch (RefusedException e) {
            tallies.refused(e.refusal());
            result = new Result(Performed.Outcome.REFUSED, e.getMessage());
        } catch (FlowFailure | RuntimeException | WrongCall | TimeoutException e) {
            result = new Result(Performed.Outcome.FAILED, String.valueOf(e.getMessage() == null ? e : e.getMessage()));
        } catch (ExecutionException e) {
            result = new Result(e.getCause() instanceof RefusedException r ? refused(r) : Performed.Outcome.FAILED, String.valueOf(e.getCause().getMessage()));
        }
        long micros = (System.nanoTime() - begin) / 1_000;
        List<String> healed = nurse.healed();
        List<String> faults = seams.newHits();
        Performed performed = new Performed(step, frame, result.outcome(), result.message(), micros, faults, healed);
        judge(performed);
        faultsBefore = faults;
        return performed;
    }

    private Performed.Outcome refused(RefusedException e) {
        tallies.refused(e.refusal());
        return Performed.Outcome.REFUSED;
    }

    private Result result(Step step) throws InterruptedException, ExecutionException, TimeoutException, FlowFailure, WrongCall {
        String target = step.argument(0);
        return switch (step.action()) {
            case SWAP -> {
                nurse.rests(target, false);
                yield Result.of(deployer.swap(target, Optional.empty()));
            }
            case BOUNCE -> {
                nurse.mustComeBack(target);
                nurse.rests(target, true);
                Change stop = deployer.stop(target);
                Change start = deployer.start(target);
                nurse.rests(target, false);
                yield stop.done() ? Result.of(start) : Result.of(stop);
            }
            case STOP -> {
                nurse.rests(target, true);
                yield Result.of(deployer.stop(target));
            }
            case START -> {
                nurse.rests(target, false);
                yield Result.of(deployer.start(target));
            }
            case ATTACH -> attach(target, step.argument(1));
            case DETACH -> detach(target);
            case FAULT -> {
                Kind kind = kind(step);
                seams.arm(target, step.argument(1), Integer.parseInt(step.argument(2)), kind);
                yield new Result(Performed.Outcome.OK, "");
            }
            case WORK -> {
                applications.application(Long.parseLong(target)).run();
                yield new Result(Performed.Outcome.OK, "");
            }
        };
    }

    private static Kind kind(Step step) throws WrongCall {
        for (Kind kind : Kind.values()) {
            if (kind.toString().equals(step.argument(3))) {
                return kind;
            }
        }
        throw new WrongCall("'" + step + "': " + step.argument(3) + " is none of " + List.of(Kind.values()));
    }

    /** On this thread, while frames flow, because a move waits for them; it gets its first frame between two. */
    private Result attach(String device, String policy) throws InterruptedException, ExecutionException, TimeoutException, FlowFailure, WrongCall {
        Stream stream = first.stream().orElseThrow();
        BufferSet set = stream.sets().getFirst();
        int before = set.moves().size();
        Outcome<Stream.Joining> joining;
        // An importer that does not take moved memory loses its buffers, by contract: of a pipeline that would be the end.
        seams.spare("moveNotify");
        try {
            joining = stream.attach(device, Happening.policy(policy));
        } finally {
            seams.spare("");
        }
        List<MoveReport> moves = set.moves().subList(before, set.moves().size());
        tallies.moved(moves);
        String moved = moves.isEmpty() ? "" : ", " + moves.stream().mapToLong(MoveReport::bytes).sum() + " bytes moved";
        if (joining instanceof Outcome.No<Stream.Joining>(var why)) {
            tallies.refused(why);
            return new Result(Performed.Outcome.REFUSED, why.message() + moved);
        }
        Stream.Joining reader = joining.orThrow();
        try {
            first.between(() -> {
                stream.enter(reader, first.frame());
                return reader;
            });
        } catch (TimeoutException e) {
            stream.leave(reader);
            throw e;
        }
        return new Result(Performed.Outcome.OK, reader.use() + " joined" + moved);
    }

    /** It may never have joined: the step that should have let it in may have been refused. */
    private Result detach(String device) throws InterruptedException, ExecutionException, TimeoutException {
        Stream stream = first.stream().orElseThrow();
        if (stream.sets().getFirst().uses().stream().noneMatch(u -> u.device().equals(device))) {
            return new Result(Performed.Outcome.OK, "it had not joined");
        }
        Optional<String> why = first.between(() -> stream.detach(device, first.frame()));
        return why.map(w -> new Result(Performed.Outcome.FAILED, w)).orElse(new Result(Performed.Outcome.OK, ""));
    }

    private void judge(Performed p) {
        boolean disturbed = !p.faults().isEmpty() || !faultsBefore.isEmpty() || nurse.anyRests();
        boolean changesBundles = switch (p.step().action()) {
            case SWAP, BOUNCE, STOP, START -> true;
            default -> false;
        };
        if (p.outcome() == Performed.Outcome.FAILED && !disturbed) {
            failures.add("step failed though nothing misbehaved: " + p.line());
        } else if (p.outcome() == Performed.Outcome.REFUSED && changesBundles && !disturbed) {
            failures.add("bundles could not be changed though nothing misbehaved: " + p.line());
        } else if (!p.healed().isEmpty() && p.faults().isEmpty() && faultsBefore.isEmpty()) {
            failures.add("a bundle was stopped though nobody stopped it: " + p.line());
        }
    }

    /** What must not be. */
    List<String> failures() {
        return List.copyOf(failures);
    }
}
