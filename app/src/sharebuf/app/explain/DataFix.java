package sharebuf.app.explain;

import java.util.List;
import java.util.Optional;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;

/**
 * What to type where data is refused for want of memory. Data has no board options that make a region larger, so what helps is fewer buffers or smaller ones; how many
 * and how large is found by trying.
 *
 * <p>Confined to one thread.
 */
final class DataFix {
    private static final String BOARD_OPTION = "--board-option";

    private final LiveBoard board;
    private final List<UseId> uses;

    DataFix(LiveBoard board, List<UseId> uses) {
        this.board = board;
        this.uses = uses;
    }

    /** The same refusal with a fix that data has. */
    Refusal of(Refusal why, BufferSpec spec) {
        if (!why.fix().startsWith(BOARD_OPTION)) {
            return why;
        }
        return fewer(spec).or(() -> smaller(spec.count(1))).map(why::fixedBy).orElseGet(() -> why.fixedBy(""));
    }

    /** As many as there is memory for, by halving: what serves some serves fewer. */
    private Optional<String> fewer(BufferSpec spec) {
        int served = 0;
        int refused = spec.count();
        while (refused - served > 1) {
            int middle = (served + refused) / 2;
            if (serves(spec.count(middle))) {
                served = middle;
            } else {
                refused = middle;
            }
        }
        return served == 0 ? Optional.empty() : Optional.of("--count " + served);
    }

    private Optional<String> smaller(BufferSpec one) {
        if (one.format().isEmpty()) {
            for (long bytes = one.bytes() / 2; bytes >= 1; bytes /= 2) {
                if (serves(resized(one, BufferSpec.bytes(bytes)))) {
                    return Optional.of("--bytes " + bytes + " --count 1");
                }
            }
            return Optional.empty();
        }
        for (int width = one.width() / 4 * 2, height = one.height() / 4 * 2; width >= 2 && height >= 2; width = width / 4 * 2, height = height / 4 * 2) {
            if (serves(resized(one, BufferSpec.picture(one.format().get(), width, height)))) {
                return Optional.of("--size " + width + "x" + height + " --count 1");
            }
        }
        return Optional.empty();
    }

    private static BufferSpec resized(BufferSpec wanted, BufferSpec other) {
        BufferSpec spec = other;
        for (var each : wanted.regions().entrySet()) {
            spec = spec.in(each.getKey(), each.getValue());
        }
        return spec.attributes(wanted.attributes());
    }

    private boolean serves(BufferSpec spec) {
        try (Session session = board.broker().open("explain: what would do")) {
            return session.describe(spec, uses).then(BufferSet::allocate) instanceof Outcome.Ok<BufferSet>;
        }
    }
}
