package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;

/**
 * A fix that leaves uses out, tried before it is told: who contradicts whom was found with some of the alternatives only, and where three contradict each other, two are left.
 *
 * <p>Stateless.
 */
public final class LeftOut {
    private static final String USES = "--uses ";

    private LeftOut() {
    }

    /**
     * A refusal whose fix helps, where it is one that leaves uses out and there is one.
     *
     * @param why the refusal
     * @param uses who was refused
     * @param served whether some of them are served
     * @return the same with as many of the uses as can stay: all but one if that helps, which is then who it is about, else whoever agrees with those before it
     */
    public static Refusal tried(Refusal why, List<UseId> uses, Predicate<List<UseId>> served) {
        List<UseId> all = uses.stream().distinct().toList();
        List<String> names = all.stream().map(UseId::toString).toList();
        if (!why.fix().startsWith(USES) || !names.containsAll(Arrays.asList(why.fix().substring(USES.length()).split(",")))) {
            return why; // another fix, or other names than those that were given
        }
        List<UseId> suggested = Arrays.stream(why.fix().substring(USES.length()).split(",")).map(UseId::parse).toList();
        if (served.test(suggested)) {
            return why;
        }
        for (UseId out : all.reversed()) {
            List<UseId> rest = all.stream().filter(u -> !u.equals(out)).toList();
            if (!rest.isEmpty() && !rest.equals(suggested) && served.test(rest)) {
                return fixed(why.about(out.device(), out.use()), rest);
            }
        }
        List<UseId> kept = new ArrayList<>();
        for (UseId use : all) {
            kept.add(use);
            if (!served.test(kept)) {
                kept.removeLast();
            }
        }
        return kept.isEmpty() ? why : fixed(why, kept);
    }

    private static Refusal fixed(Refusal why, List<UseId> left) {
        return why.fixedBy(USES + String.join(",", left.stream().map(UseId::toString).toList()));
    }
}
