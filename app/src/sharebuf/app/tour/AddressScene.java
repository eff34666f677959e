package sharebuf.app.tour;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ForeignAddressException;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;

/** Row 15: no application and no importer gets a physical address, and a DMA address works with its own device only. */
final class AddressScene implements Scene {
    private static final List<Class<?>> SEEN_BY_CLIENTS = List.of(BufferBroker.class, Session.class, BufferSet.class, SharedBuffer.class, Attachment.class,
            CpuAccess.class, DmaAddress.class, Importer.class, Attached.class, Fences.class);

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        List<String> leaks = new ArrayList<>();
        int methods = 0;
        for (Class<?> type : SEEN_BY_CLIENTS) {
            for (Method method : type.getMethods()) {
                methods++;
                if (method.toGenericString().contains("sharebuf.memory.")) {
                    leaks.add(method.toString());
                }
            }
        }
        seen.that(leaks.isEmpty(), methods + " methods that applications and importers can call: none takes or returns a type of sharebuf.memory " + leaks);
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 15")) {
            var uses = board.broker().resolve(List.of("camera", "display")).orThrow();
            try (BufferSet set = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480), uses).orThrow()) {
                DmaAddress camera = set.attachments().getFirst().address(set.buffers().getFirst().objects().getFirst()).orElseThrow();
                seen.that(session.lookup(camera).isPresent(), "the camera's own address " + camera + " leads to " + set.buffers().getFirst().id());
                String message = "";
                try {
                    session.lookup(new DmaAddress("gpu", camera.address()));
                } catch (ForeignAddressException e) {
                    message = e.getMessage();
                }
                seen.that(message.contains("camera") && message.contains("gpu"), "the same number used with the gpu: " + message);
            }
        }
    }
}
