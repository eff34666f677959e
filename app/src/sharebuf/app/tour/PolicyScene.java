package sharebuf.app.tour;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Row 8: a move is never silent. What it would be is said before, and nothing moves that nobody allowed. */
final class PolicyScene implements Scene {
    private static final UseId ENCODER = UseId.parse("encoder:output");

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.boardWithANarrowEncoder(); Session session = board.broker().open("tour 8"); BufferSet set = session.allocateFor(
                BufferSpec.picture(PixelFormat.NV12, 1920, 1080).count(4), board.broker().resolve(List.of("camera", "display")).orThrow()).orThrow()) {
            Optional<Refusal> never = set.attach(ENCODER, MovePolicy.NEVER).why();
            seen.that(never.isPresent() && never.get().fix().equals("--move allow"), "NEVER: " + never.map(Object::toString).orElse("attached"));
            MovePlan plan = set.plan(ENCODER).orThrow();
            seen.that(plan.bytes() == 4 * set.layout().size() && plan.bytesPerSecond() > 0, String.format(Locale.ROOT,
                    "the plan: %d bytes in about %.1f ms, measured %.1f GB/s", plan.bytes(), plan.estimate().toNanos() / 1e6, plan.bytesPerSecond() / 1e9));
            seen.that(plan.quiesced().size() == 2, "the plan: who lets go, and how: " + String.join(", ", plan.quiesced().stream().map(q -> q.use() + " " + q.how()).toList()));
            MovePlan.Moved first = plan.objects().getFirst();
            seen.that(plan.objects().size() == 4 && !first.why().isEmpty(), "the plan: each object, such as " + first.object() + " from " + first.fromRegion() + " to "
                    + first.toRegion() + ", and why: " + first.why());
            Optional<Refusal> ask = set.attach(ENCODER, MovePolicy.ASK).why();
            seen.that(ask.isPresent() && ask.get().errno() == Errno.EPERM && ask.get().found().contains("bytes"), "ASK: " + ask.map(Object::toString).orElse("attached"));
            Optional<Refusal> little = set.attach(ENCODER, new MovePolicy.Allow(plan.bytes() - 1)).why();
            seen.that(little.isPresent() && still(set, 0), "ALLOW(" + (plan.bytes() - 1) + "): one byte too few, refused, and nothing moved yet");
            boolean attached = set.attach(ENCODER, new MovePolicy.Allow(plan.bytes())).isOk();
            seen.that(attached && still(set, 1), "ALLOW(" + plan.bytes() + "): moved, the generation of each buffer is 1");
        }
    }

    private static boolean still(BufferSet set, int generation) {
        return set.buffers().stream().mapToInt(SharedBuffer::generation).allMatch(g -> g == generation);
    }
}
