package sharebuf.app.tour;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.DmaConstraints;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Row 5: one call, three devices, one buffer, three handles; and whatever the set of devices, no handle breaks a declared limit. */
final class ManyDevicesScene implements Scene {
    private static final int ROUNDS = 60;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 5")) {
            List<UseId> three = board.broker().resolve(List.of("camera", "display", "encoder")).orThrow();
            try (BufferSet set = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480), three).orThrow()) {
                SharedBuffer buffer = set.buffers().getFirst();
                List<DmaAddress> handles = set.attachments().stream().flatMap(a -> a.address(buffer.objects().getFirst()).stream()).toList();
                boolean inside = set.attachments().stream().allMatch(a -> inside(a, set));
                seen.that(set.buffers().size() == 1 && handles.size() == 3 && inside, "one call for 3 devices: " + buffer.id() + " with the handles " + handles
                        + ", each inside its device's windows and mask");
            }
            long seed = System.nanoTime();
            Random random = new Random(seed);
            int served = 0;
            int refused = 0;
            List<Use> all = board.broker().uses();
            for (int round = 0; round < ROUNDS; round++) {
                List<UseId> some = pick(all, random);
                BufferSpec spec = BufferSpec.picture(random.nextBoolean() ? PixelFormat.NV12 : PixelFormat.YUYV, 64 << random.nextInt(4), 64 << random.nextInt(4))
                        .count(1 + random.nextInt(3));
                switch (session.allocateFor(spec, some)) {
                    case Outcome.No<BufferSet>(var why) -> refused++;
                    case Outcome.Ok<BufferSet>(BufferSet set) -> {
                        try (set) {
                            served++;
                            if (!set.attachments().stream().allMatch(a -> inside(a, set))) {
                                throw new Seen.NotSeen("seed " + seed + ", " + spec + " for " + some + ": a handle outside the device's limits");
                            }
                        }
                    }
                }
            }
            seen.that(served > 0, ROUNDS + " random sets of devices (seed " + seed + "): " + served + " served, " + refused + " refused, no handle breaks a limit");
        }
    }

    /** One writer at most. */
    private static List<UseId> pick(List<Use> all, Random random) {
        List<Use> shuffled = new ArrayList<>(all.stream().filter(u -> !u.formats().isEmpty()).toList());
        Collections.shuffle(shuffled, random);
        List<UseId> some = new ArrayList<>();
        boolean writer = false;
        for (Use use : shuffled.subList(0, 1 + random.nextInt(shuffled.size() - 1))) {
            if (!use.access().writes() || !writer) {
                writer |= use.access().writes();
                some.add(use.id());
            }
        }
        return some;
    }

    private static boolean inside(Attachment attachment, BufferSet set) {
        DmaConstraints dma = attachment.use().dma();
        for (SharedBuffer buffer : set.buffers()) {
            for (var object : buffer.objects()) {
                if (!(attachment.mapping(object).orElseThrow() instanceof Attachment.Mapping.Addressed mapping)
                        || mapping.segments().size() > dma.segments().maxCount()) {
                    return false;
                }
                for (Attachment.Mapping.Segment s : mapping.segments()) {
                    long first = s.address().address();
                    long last = first + s.size() - 1;
                    boolean window = dma.ranges().isEmpty() || dma.ranges().stream().anyMatch(r -> r.containsBus(first) && r.containsBus(last));
                    if (!window || Long.compareUnsigned(last, dma.mask()) > 0 || s.size() > dma.segments().maxSize() || first % dma.align() != 0
                            && s == mapping.segments().getFirst()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
