package sharebuf.app.tour;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Row 2. Free memory is fragmented page by page; one buffer for an importer behind an IOMMU and one without: two mappings of the same pages. */
final class TwoMappingsScene implements Scene {
    private static final int PAGE = 4096;
    private static final String BOARD = """
            {"feature-resource-version": "1.0", "id": "org.sharebuf:two-mappings:0.1.0", "name": "two-mappings",
             "bundles": [{"id": "org.sharebuf:allocator.generic:0.1.0"}, {"id": "org.sharebuf:mapops.direct:0.1.0"}, {"id": "org.sharebuf:mapops.iommu:0.1.0"},
                         {"id": "org.sharebuf:importer.v4l2:0.1.0"}, {"id": "org.sharebuf:importer.drm:0.1.0"}],
             "configurations": {
               "sharebuf.sim.memory~dram": {"base": "0x40000000", "size": "4MiB"},
               "sharebuf.sim.region~ram": {"sharebuf.region": "ram", "base": "0x40000000", "size": "4MiB"},
               "sharebuf.sim.device~camera": {"sharebuf.device": "camera", "sharebuf.node": "v4l2", "role": "capture", "sharebuf.addressSpace": "mmu", "iommu": true,
                 "maxSegments": "1", "formats": ["NV12"]},
               "sharebuf.sim.device~display": {"sharebuf.device": "display", "sharebuf.node": "drm", "role": "scanout", "sharebuf.addressSpace": "bus",
                 "dmaRanges": ["0xc0000000 0x40000000 4MiB"], "formats": ["NV12"]},
               "sharebuf.allocator.generic~ram": {"sharebuf.region": "ram"},
               "sharebuf.mapops.iommu~mmu": {"sharebuf.addressSpace": "mmu"},
               "sharebuf.mapops.direct~bus": {"sharebuf.addressSpace": "bus"},
               "sharebuf.importer.v4l2~camera": {"sharebuf.device": "camera"},
               "sharebuf.importer.drm~display": {"sharebuf.device": "display"}}}
            """;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        Path file = Files.createTempFile("two-mappings", ".json");
        try {
            Files.writeString(file, BOARD);
            try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), file, Map.of()); Session session = board.broker().open("tour 2")) {
                fragment(session);
                BufferSet set = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 256, 256), board.broker().resolve(List.of("camera", "display")).orThrow()).orThrow();
                ObjectId object = set.buffers().getFirst().objects().getFirst();
                List<Attachment.Mapping.Addressed> mappings = set.attachments().stream().map(a -> (Attachment.Mapping.Addressed) a.mapping(object).orElseThrow()).toList();
                int pages = 256 * 256 * 3 / 2 / PAGE;
                seen.that(mappings.getFirst().segments().size() == 1, "importer A behind an IOMMU, which takes one segment: " + mappings.getFirst().segments().getFirst());
                seen.that(mappings.getLast().segments().size() == pages, "importer B without: the same " + pages + " pages at bus addresses, "
                        + mappings.getLast().segments().size() + " segments, the first " + mappings.getLast().segments().getFirst());
                seen.that(session.lookup(mappings.getFirst().segments().getFirst().address()).orElseThrow().id().equals(session.lookup(
                        mappings.getLast().segments().getFirst().address()).orElseThrow().id()), "either address finds the one buffer, " + object.buffer());
                seen.that(board.faults().send("camera", mappings.getFirst().segments().getFirst().address().address(), pages * PAGE, true).isEmpty()
                        && board.faults().send("camera", mappings.getLast().segments().getFirst().address().address(), 1, true).isPresent(),
                        "A reaches all of it by its own address, and nothing by B's");
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Every second page of all memory is taken. */
    private static void fragment(Session session) {
        List<BufferSet> pages = new ArrayList<>();
        List<UseId> cpu = List.of(UseId.parse("cpu"));
        BufferSpec page = BufferSpec.bytes(PAGE);
        for (Outcome<BufferSet> one = session.allocateFor(page, cpu); one.isOk(); one = session.allocateFor(page, cpu)) {
            pages.add(one.orThrow());
        }
        for (int i = 0; i < pages.size(); i += 2) {
            pages.get(i).close();
        }
    }
}
