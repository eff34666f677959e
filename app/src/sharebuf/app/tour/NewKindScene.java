package sharebuf.app.tour;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
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
    private static final String GUEST = "guest/";
    private static final List<String> CLASSES = List.of(GUEST + "GuestActivator.class", GUEST + "GuestDevice.class");
    private static final long ALIGN = 1 << 20;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        Path jar = Files.createTempFile("example.isp", ".jar");
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 6")) {
            pack(jar);
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

    /** A bundle of two classes that see nothing but allocator.api and the framework. */
    private static void pack(Path file) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "example.isp");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", "sharebuf.app.tour.guest.GuestActivator");
        main.putValue("Import-Package",
                "org.osgi.framework,sharebuf.buffer,sharebuf.device,sharebuf.importer,sharebuf.mapping,sharebuf.memory,sharebuf.node,sharebuf.plugin");
        try (OutputStream out = Files.newOutputStream(file); JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (String name : CLASSES) {
                jar.putNextEntry(new JarEntry("sharebuf/app/tour/" + name));
                try (InputStream in = Objects.requireNonNull(NewKindScene.class.getResourceAsStream(name), name)) {
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
    }
}
