package sharebuf.app.tour;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;

/** Row 6: a bundle that nobody knew brings a kind of device that nobody knew; no other bundle changes, and memory suits it at once. */
final class NewKindScene implements Scene {
    private static final List<String> IMPORTS = List.of("sharebuf.buffer", "sharebuf.device", "sharebuf.importer", "sharebuf.mapping", "sharebuf.memory", "sharebuf.node", "sharebuf.plugin");
    private static final long ALIGN = 1 << 20;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        Path jar = Files.createTempFile("example.isp", ".jar");
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 6")) {
            GuestJar.pack(jar, "example.isp", "GuestActivator", List.of("GuestDevice"), IMPORTS);
            var unknown = board.broker().resolve(List.of("camera", "isp")).why();
            seen.that(unknown.isPresent() && unknown.get().errno() == Errno.ENODEV, "before: " + unknown.map(Object::toString).orElse("known"));
            Set<Deployer.BundleState> before = Set.copyOf(board.deployer().bundles());
            Deployer.Change change = board.deployer().install(jar);
            seen.that(change.done(), "a bundle made a moment ago is installed: " + change.message());
            Set<Deployer.BundleState> after = Set.copyOf(board.deployer().bundles());
            String added = after.stream().filter(b -> !before.contains(b)).map(b -> b.name() + " " + b.version()).collect(Collectors.joining(", "));
            seen.that(after.containsAll(before) && after.size() == before.size() + 1, "no other bundle changed; new: " + added);
            List<UseId> uses = board.broker().resolve(List.of("camera", "isp")).orThrow();
            try (BufferSet set = session.describe(BufferSpec.picture(PixelFormat.NV12, 640, 480).count(4), uses).then(BufferSet::allocate).orThrow()) {
                Snapshot snapshot = board.inventory().snapshot();
                boolean fits = set.buffers().stream().allMatch(b -> snapshot.buffers().stream().filter(o -> o.id().equals(b.id())).flatMap(o -> o.objects().stream())
                        .allMatch(m -> m.extents().size() == 1 && (base(snapshot, m.region()) + m.extents().getFirst().offset()) % ALIGN == 0));
                seen.that(fits, "4 buffers for camera and isp: each contiguous, on a multiple of 1 MiB as only the newcomer asks, from "
                        + set.explain().choices().getFirst().region());
            }
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    private static long base(Snapshot snapshot, String region) {
        return snapshot.regions().stream().filter(r -> r.name().equals(region)).findFirst().orElseThrow().base();
    }
}
