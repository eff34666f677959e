package sharebuf.app.probe;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.app.probe.Findings.Card;
import sharebuf.app.probe.Findings.Group;
import sharebuf.app.probe.Findings.Heap;
import sharebuf.app.probe.Findings.Looked;
import sharebuf.app.probe.Findings.Udmabuf;
import sharebuf.app.probe.Findings.Video;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.DeviceFacts;
import sharebuf.linux.Heaps;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;

/**
 * Looks at a machine: opens what there is, asks it, tries every import. Everything it opens is closed again.
 *
 * <p>Confined to one thread.
 */
final class Probe {
    static final String UDMABUF = "/dev/udmabuf";
    private static final String VIDEO = "/dev";
    private static final String DRI = "/dev/dri";
    private static final String GROUPS = "/sys/kernel/iommu_groups";

    private final Optional<Libc> libc;
    private final Machine machine;

    /**
     * A look at a machine.
     *
     * @param libc makes the calls; empty when none can be made
     * @param machine where its files are
     */
    Probe(Optional<Libc> libc, Machine machine) {
        this.libc = libc;
        this.machine = machine;
    }

    /** What opening and asking the nodes needs. */
    private record Open(Libc libc, Descriptors descriptors, Map<String, VideoNode> videos, Map<String, CardNode> cards) {
    }

    Findings look() {
        if (libc.isEmpty()) {
            return look(Optional.empty());
        }
        try (Descriptors descriptors = new Descriptors(libc.get())) {
            return look(Optional.of(new Open(libc.get(), descriptors, new LinkedHashMap<>(), new LinkedHashMap<>())));
        }
    }

    private Findings look(Optional<Open> open) {
        List<Heap> heaps = machine.names(Heaps.FOLDER, ".+").stream().map(n -> heap(Heaps.FOLDER + "/" + n, open)).toList();
        Udmabuf udmabuf = udmabuf(open);
        List<Video> videos = machine.names(VIDEO, "video\\d+").stream().map(n -> video(VIDEO + "/" + n, open)).toList();
        List<Card> cards = machine.names(DRI, "card\\d+").stream().map(n -> card(DRI + "/" + n, open)).toList();
        List<Group> groups = machine.names(GROUPS, "\\d+").stream()
                .map(n -> new Group(n, machine.text(GROUPS + "/" + n + "/type"), machine.names(GROUPS + "/" + n + "/devices", ".+"))).toList();
        List<Looked> looked = List.of(new Looked("dma-heaps", Heaps.FOLDER + "/*", heaps.size()), new Looked("udmabuf", UDMABUF, udmabuf.present() ? 1 : 0),
                new Looked("V4L2 nodes", "/dev/video*", videos.size()), new Looked("DRM nodes", DRI + "/card*", cards.size()),
                new Looked("IOMMU groups", GROUPS + "/*", groups.size()));
        Findings.Matrix matrix = open.map(o -> new Trial(o.libc(), o.descriptors(), machine).play(heaps, udmabuf, videos, o.videos(), cards, o.cards()))
                .orElse(new Findings.Matrix(0, List.of(), List.of(), List.of()));
        Optional<String> calls = open.isPresent() ? Optional.empty()
                : Optional.of("system calls need 64-bit Linux and native access (--enable-native-access=ALL-UNNAMED)");
        return new Findings(machine.text("/proc/sys/kernel/osrelease"), calls, looked, heaps, udmabuf, videos, cards, groups, matrix);
    }

    private Heap heap(String path, Optional<Open> open) {
        Optional<String> problem = open.flatMap(o -> problem(o, path));
        Optional<Boolean> cma = open.filter(o -> problem.isEmpty())
                .flatMap(o -> Heaps.fromCma(machine, bytes -> new Trial(o.libc(), o.descriptors(), machine).heap(path, bytes)));
        return new Heap(path, Heaps.facts(machine, path), cma, problem);
    }

    private Udmabuf udmabuf(Optional<Open> open) {
        boolean present = Files.exists(machine.at(UDMABUF));
        String parameters = "/sys/module/udmabuf/parameters/";
        return new Udmabuf(UDMABUF, present, machine.text(parameters + "size_limit_mb"), machine.text(parameters + "list_limit"),
                present ? open.flatMap(o -> problem(o, UDMABUF)) : Optional.empty());
    }

    private Optional<String> problem(Open open, String path) {
        try (Descriptor _ = open.descriptors().open(machine.at(path), Libc.O_RDWR)) {
            return Optional.empty();
        } catch (CallFailed e) {
            return Optional.of(Told.problem(e));
        }
    }

    private Video video(String path, Optional<Open> open) {
        DeviceFacts facts = machine.facts(path);
        if (open.isEmpty()) {
            return new Video(path, facts.driver(), Optional.empty(), Optional.empty(), List.of(), facts, Optional.of("not opened"));
        }
        try {
            VideoNode node = new VideoNode(path, open.get().descriptors().open(machine.at(path), Libc.O_RDWR | Libc.O_NONBLOCK));
            open.get().videos().put(path, node);
            return node.describe(facts);
        } catch (CallFailed e) {
            return VideoNode.problem(path, facts, e);
        }
    }

    private Card card(String path, Optional<Open> open) {
        DeviceFacts facts = machine.facts(path);
        if (open.isEmpty()) {
            return new Card(path, facts.driver(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), facts, Optional.of("not opened"));
        }
        try {
            CardNode node = new CardNode(path, open.get().descriptors().open(machine.at(path), Libc.O_RDWR | Libc.O_NONBLOCK));
            open.get().cards().put(path, node);
            return node.describe(facts);
        } catch (CallFailed e) {
            return CardNode.problem(path, facts, e);
        }
    }
}
