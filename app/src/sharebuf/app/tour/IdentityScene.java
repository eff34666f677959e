package sharebuf.app.tour;

import java.util.List;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.format.PixelFormat;
import sharebuf.device.UseId;

/** Row 16: an address finds the buffer, the buffer is mapped for a second device, two handles are one buffer, the last one frees it. */
final class IdentityScene implements Scene {
    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.board(); Session owner = board.broker().open("tour 16, owner"); Session finder = board.broker().open("tour 16, finder")) {
            UseId camera = board.broker().resolve(List.of("camera")).orThrow().getFirst();
            BufferSet set = owner.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480), List.of(camera)).orThrow();
            SharedBuffer buffer = set.buffers().getFirst();
            ObjectId object = buffer.objects().getFirst();
            DmaAddress address = set.attachments().getFirst().address(object).orElseThrow();
            SharedBuffer found = finder.lookup(new DmaAddress("camera", address.address() + 4096)).orElseThrow();
            seen.that(found.id().equals(buffer.id()), "lookup(camera, 0x" + Long.toHexString(address.address() + 4096) + ") finds " + found.id());
            UseId display = board.broker().resolve(List.of("camera", "display")).orThrow().getLast();
            Attachment second = set.attach(display, MovePolicy.NEVER).orThrow();
            DmaAddress other = second.address(object).orElseThrow();
            SharedBuffer again = finder.lookup(other).orElseThrow();
            seen.that(again.id().equals(found.id()), "mapped for the display at " + other + ", which finds the same " + again.id());
            long live = board.inventory().snapshot().buffers().stream().filter(b -> b.id().equals(buffer.id())).count();
            seen.that(live == 1, "three handles of it in two sessions, one buffer in the ledger");
            set.close();
            seen.that(alive(board, buffer), "its owner gave it back, the finder still holds it");
            found.close();
            again.close();
            seen.that(!alive(board, buffer), "the last handle freed it");
        }
    }

    private static boolean alive(LiveBoard board, SharedBuffer buffer) {
        return board.inventory().snapshot().buffers().stream().anyMatch(b -> b.id().equals(buffer.id()));
    }
}
