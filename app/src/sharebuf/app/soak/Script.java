package sharebuf.app.soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sharebuf.app.soak.Step.Action;

/**
 * The steps that a seed stands for, without an end. What is drawn depends on the seed, the cast and what was drawn before, never on
 * what came of it: the same seed on the same board gives the same steps, however fast the machine is.
 *
 * <p>Confined to one thread.
 */
final class Script implements Iterator<Step> {
    private static final int LEAST_GAP = 4;
    private static final int MOST_GAP = 30;
    private static final int MOST_CALLS = 4;
    private static final List<String> POLICIES = List.of("never", "ask", "allow", "allow", "allow", "allow:1KiB");

    private final Random random;
    private final Cast cast;
    private final Set<String> stopped = new TreeSet<>();
    private final Set<String> joined = new TreeSet<>();
    private final Deque<Step> soon = new ArrayDeque<>();
    private long frame;

    Script(long seed, Cast cast) {
        random = new Random(seed);
        this.cast = cast;
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public Step next() {
        frame += LEAST_GAP + random.nextInt(MOST_GAP - LEAST_GAP + 1);
        if (!soon.isEmpty()) {
            Step step = soon.poll();
            return new Step(frame, step.action(), step.arguments());
        }
        if (!stopped.isEmpty() && random.nextInt(3) == 0) {
            return start();
        }
        int draw = random.nextInt(100);
        if (draw < 20) {
            return Step.of(frame, Action.SWAP, any(cast.bundles().stream().filter(b -> !stopped.contains(b)).toList()));
        } else if (draw < 28) {
            return Step.of(frame, Action.BOUNCE, any(cast.bundles().stream().filter(b -> !stopped.contains(b)).toList()));
        } else if (draw < 34) {
            return stopOrStart();
        } else if (draw < 64 && !cast.late().isEmpty()) {
            return joinOrLeave();
        } else if (draw < 86) {
            return fault();
        }
        return Step.of(frame, Action.WORK, random.nextInt(1_000_000));
    }

    /** Only what no frame waits for stays away for a while; at most one at a time, so that there is somebody to go to. */
    private Step stopOrStart() {
        if (!stopped.isEmpty()) {
            return start();
        }
        String bundle = any(cast.bundles().stream().filter(b -> !cast.serving().contains(b)).toList());
        stopped.add(bundle);
        return Step.of(frame, Action.STOP, bundle);
    }

    private Step start() {
        String bundle = stopped.iterator().next();
        stopped.remove(bundle);
        return Step.of(frame, Action.START, bundle);
    }

    private Step joinOrLeave() {
        String device = any(cast.late());
        if (joined.remove(device)) {
            return Step.of(frame, Action.DETACH, device);
        }
        joined.add(device);
        return Step.of(frame, Action.ATTACH, device, any(POLICIES));
    }

    /** A fault, and behind it what calls the method that misbehaves. */
    private Step fault() {
        String bundle = any(cast.bundles());
        String method = any(cast.methods().get(bundle));
        boolean sits = method.equals("adopt") || method.equals("uses") || method.equals("makeWay");
        soon.add(sits && !stopped.contains(bundle) ? Step.of(frame, random.nextBoolean() || cast.serving().contains(bundle) ? Action.SWAP : Action.BOUNCE, bundle)
                : Step.of(frame, Action.WORK, random.nextInt(1_000_000)));
        Kind kind = kind();
        // A bundle that is stopped while the component runtime starts it leaves that runtime's listener behind, and so its class loader (Felix SCR 2.2.18).
        return Step.of(frame, Action.FAULT, bundle, method, 1 + random.nextInt(MOST_CALLS), sits && kind == Kind.STOP ? Kind.EXCEPTION : kind);
    }

    private Kind kind() {
        int left = random.nextInt(Arrays.stream(Kind.values()).mapToInt(k -> k.weight).sum());
        for (Kind kind : Kind.values()) {
            left -= kind.weight;
            if (left < 0) {
                return kind;
            }
        }
        throw new AssertionError("the weights were added up");
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** The first steps, for those who want to see them without doing them. */
    static List<Step> first(int count, long seed, Cast cast) {
        List<Step> steps = new ArrayList<>();
        Script script = new Script(seed, cast);
        for (int i = 0; i < count; i++) {
            steps.add(script.next());
        }
        return steps.stream().collect(Collectors.toUnmodifiableList());
    }
}
