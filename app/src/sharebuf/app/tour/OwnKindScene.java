package sharebuf.app.tour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.Extent;

/**
 * Row 12: a board whose memory is wired to channels in turns. Its maker's bundle has a kind of constraint, an allocator and an exporter of its own, sees
 * {@code allocator.api} alone, and passes the kit.
 */
final class OwnKindScene implements Scene {
    private static final long STRIPE = 64 << 10;
    private static final int FRAMES = 30;
    private static final BufferSpec PICTURES = BufferSpec.picture(PixelFormat.XRGB8888, 320, 240).count(4);
    private static final String BOARD = """
            {"feature-resource-version": "1.0", "id": "org.sharebuf:channels:0.1.0", "name": "channels",
             "bundles": [{"id": "org.sharebuf:allocator.generic:0.1.0"}, {"id": "org.sharebuf:mapops.direct:0.1.0"}, {"id": "org.sharebuf:importer.v4l2:0.1.0"},
                         {"id": "org.sharebuf:importer.drm:0.1.0"}%s],
             "configurations": {
               "sharebuf.sim.memory~dram": {"base": "0x40000000", "size": "32MiB"},
               "sharebuf.sim.region~ram": {"sharebuf.region": "ram", "base": "0x40000000", "size": "16MiB"},
               "sharebuf.sim.region~turns": {"sharebuf.region": "turns", "base": "0x41000000", "size": "16MiB", "seat": "vacant"},
               "sharebuf.sim.device~camera": {"sharebuf.device": "camera", "sharebuf.node": "v4l2", "role": "capture", "sharebuf.addressSpace": "bus",
                 "formats": ["XRGB8888"], "constraints": ["example.channel equal c2"]},
               "sharebuf.sim.device~display": {"sharebuf.device": "display", "sharebuf.node": "drm", "role": "scanout", "sharebuf.addressSpace": "bus", "formats": ["XRGB8888"]},
               %s
               "sharebuf.allocator.generic~ram": {"sharebuf.region": "ram"},
               "sharebuf.mapops.direct~bus": {"sharebuf.addressSpace": "bus"},
               "sharebuf.importer.v4l2~camera": {"sharebuf.device": "camera"},
               "sharebuf.importer.drm~display": {"sharebuf.device": "display"}}}
            """;
    private static final String COMPONENT = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s" configuration-policy="require"%s>
              <implementation class="%s"/>
              <service><provide interface="%s"/></service>%s
            </scr:component>
            """;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        Path folder = Files.createTempDirectory("channels");
        Path jar = folder.resolve("channels.jar");
        Path file = folder.resolve("board.json");
        try {
            pack(jar);
            int exit = check(stage).applyAsInt(new String[] {jar.toString(), "--quiet"});
            seen.that(exit == 0, "the maker's bundle passes the kit, allocator and exporter: check --quiet ends with " + exit);
            Files.writeString(file, BOARD.formatted("", ""));
            try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), file, Map.of()); Session session = board.broker().open("tour 12")) {
                Optional<Refusal> why = session.allocateFor(PICTURES, board.broker().resolve(List.of("camera", "display")).orThrow()).why();
                seen.that(why.filter(r -> r.allocators().stream().anyMatch(a -> a.reason().contains("example.channel: found an allocator that does not know it"))).isPresent(), "without it: " + why.map(Object::toString).orElse("was not refused"));
            }
            Files.writeString(file, BOARD.formatted(", {\"id\": \"example:example.channels:1.0.0\", \"location\": \"file:channels.jar\", \"sha256\": \"" + digest(jar) + "\"}",
                    "\"example.channels~turns\": {\"sharebuf.region\": \"turns\"}, \"example.channels.exporter~turns\": {\"sharebuf.exporter\": \"turns\"},"));
            try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), file, Map.of()); Session session = board.broker().open("tour 12")) {
                flows(stage, board, session, seen);
            }
        } finally {
            Files.deleteIfExists(jar);
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private static void flows(Stage stage, LiveBoard board, Session session, Seen seen) throws Exception {
        FrameFeed feed = new FrameFeed(new Bars(), FRAMES);
        try (Stream stream = new Stream(stage.context(), board.broker(), session, new Wanted(List.of(List.of("camera", "display")), PICTURES, OptionalInt.of(0), feed,
                device -> Optional.empty(), frame -> { }, display -> { }, false))) {
            Snapshot snapshot = board.inventory().snapshot();
            List<Extent> extents = snapshot.regions().stream().filter(r -> r.name().equals("turns")).flatMap(r -> r.extents().stream()).map(Snapshot.Owned::extent).toList();
            seen.that(!extents.isEmpty() && extents.stream().allMatch(e -> e.offset() / STRIPE % 4 == 2 && e.size() <= STRIPE - e.offset() % STRIPE),
                    "camera asks for channel c2: " + stream.sets().getFirst().explain().choices().getFirst().reason() + "; all " + extents.size() + " extents lie in that channel");
            long size = stream.sets().getFirst().layout().objects().getFirst();
            seen.that(size % STRIPE == 0 && size > 320 * 240 * 4, "its exporter lays objects out in whole turns: " + size + " bytes for a picture of " + 320 * 240 * 4);
            stream.start();
            stream.await();
            Verdict verdict = stream.verdict();
            seen.that(verdict.clean() && verdict.delivered() == FRAMES, verdict.delivered() + " of " + FRAMES + " frames by way of it");
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a service is found by its class, which says nothing of type arguments
    private static ToIntFunction<String[]> check(Stage stage) throws InvalidSyntaxException {
        for (ServiceReference<ToIntFunction> ref : stage.context().getServiceReferences(ToIntFunction.class, "(sharebuf.command=check)")) {
            return stage.context().getService(ref);
        }
        throw new IllegalStateException("there is no command check");
    }

    private static String digest(Path jar) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
    }

    private static void pack(Path jar) throws IOException {
        String memory = COMPONENT.formatted("example.channels", " init=\"1\"", GuestJar.PACKAGE + "ChannelMemory", "sharebuf.allocator.Allocator",
                "\n  <reference name=\"region\" interface=\"sharebuf.memory.MemoryRegion\" parameter=\"0\"/>");
        String exporter = COMPONENT.formatted("example.channels.exporter", "", GuestJar.PACKAGE + "ChannelExporter", "sharebuf.exporter.Exporter", "");
        String contracts = String.join(",", List.of("allocator", "buffer", "device", "exporter", "format", "memory", "plugin").stream().map(p -> "sharebuf." + p + ";version=\"[1,2)\"").toList());
        GuestJar.pack(jar, "example.channels", Map.of("Import-Package", contracts, "Service-Component", "OSGI-INF/memory.xml,OSGI-INF/exporter.xml",
                "Provide-Capability", "sharebuf.plugin;kind=allocator;pid=\"example.channels\",sharebuf.plugin;kind=exporter;pid=\"example.channels.exporter\""),
                List.of("Channels", "ChannelMemory", "ChannelExporter"), Map.of("OSGI-INF/memory.xml", memory, "OSGI-INF/exporter.xml", exporter));
    }
}
