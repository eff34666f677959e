package sharebuf.app.tour;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Exit;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;

/** Row 1: a carveout without struct pages is exported and mapped; nobody but who places and maps memory can ask for a page or its address. */
final class CarveoutScene implements Scene {
    private static final List<Class<?>> CALLABLE = List.of(BufferBroker.class, Session.class, BufferSet.class, SharedBuffer.class, Attachment.class,
            CpuAccess.class, Importer.class, Attached.class, Fences.class);
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        kit(stage.context(), seen);
        try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), Boards.find(Boards.DEFAULT), Map.of("carveout", "16MiB"));
                Session session = board.broker().open("tour 1")) {
            BufferSpec spec = BufferSpec.picture(PixelFormat.NV12, 640, 480).in(0, List.of("carveout"));
            List<UseId> uses = board.broker().resolve(List.of("camera", "display", "encoder")).orThrow();
            BufferSet set = session.allocateFor(spec, uses).orThrow();
            SharedBuffer buffer = set.buffers().getFirst();
            seen.that(set.explain().choices().getFirst().region().equals("carveout"), "a buffer in memory without struct pages: " + set.explain().choices().getFirst().reason());
            List<String> mapped = set.attachments().stream().map(a -> a.use().id() + " " + a.address(buffer.objects().getFirst()).orElseThrow()).toList();
            seen.that(mapped.size() == 3, "exported, and mapped for each importer: " + String.join(", ", mapped));
            var refusal = buffer.beginCpuAccess(Access.READ, LIMIT).why();
            seen.that(refusal.isPresent(), "the CPU cannot open it: " + refusal.map(Object::toString).orElse("it could"));
            List<UseId> asked = board.broker().resolve(List.of("camera", "cpu")).orThrow();
            try (CpuAccess access = session.allocateFor(spec, asked).orThrow().buffers().getFirst().beginCpuAccess(Access.READ, LIMIT).orThrow()) {
                seen.that(access.object(0).byteSize() > 0, "where it was asked for, the CPU gets a mapping");
            }
        }
        // The same look at dma_map_ops finds them, so it can see.
        seen.that(physical(CALLABLE).isEmpty() && !physical(List.of(DmaMapOps.class)).isEmpty(), "no method that an application or an importer can call or is given speaks of pages or physical addresses");
    }

    /** Methods that take or give what is about pages and physical addresses. */
    private static List<String> physical(List<Class<?>> types) {
        List<String> found = new ArrayList<>();
        for (Class<?> type : types) {
            for (Method method : type.getMethods()) {
                if (method.toGenericString().contains("sharebuf.memory")) {
                    found.add(method.toString());
                }
            }
        }
        return found;
    }

    /** A jar that wants to see physical addresses and places nothing fails the kit. */
    private static void kit(BundleContext context, Seen seen) throws Exception {
        ServiceReference<?> check = context.getAllServiceReferences(ToIntFunction.class.getName(), "(sharebuf.command=check)")[0];
        Path jar = Files.createTempFile("example.curious", ".jar");
        Path told = Files.createTempFile("example.curious", ".json");
        try {
            pack(jar);
            @SuppressWarnings("unchecked")
            ToIntFunction<String[]> command = (ToIntFunction<String[]>) context.getService(check);
            int exit = command.applyAsInt(new String[] {jar.toString(), "--quiet", "--json", told.toString()});
            seen.that(exit == Exit.FAILED && Files.readString(told).contains("memory-is-for-allocators"),
                    "./sharebuf check fails a bundle that imports the memory package and has no allocator");
        } finally {
            context.ungetService(check);
            Files.deleteIfExists(jar);
            Files.deleteIfExists(told);
        }
    }

    private static void pack(Path file) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "example.curious");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Import-Package", "sharebuf.memory");
        try (var out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
    }
}
