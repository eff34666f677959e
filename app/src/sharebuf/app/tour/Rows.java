package sharebuf.app.tour;

import java.util.List;
import java.util.Optional;

/** The rows of the tour: the ideas and worries of the discussion, what shows them, and what is missing. */
final class Rows {
    private static final String RUN = "./sharebuf run --frames 300";

    private static final String LATE = "./sharebuf run qemu-virt --board-option cma=64MiB --board-option encoderMask=0x4fffffff --pipeline 'camera -> display' --at 100:attach=encoder";

    private Rows() {
    }

    /**
     * An idea.
     *
     * @param number its number
     * @param title what it is
     * @param scene plays it; empty when it is not shown as a whole
     * @param missing what is missing; empty when nothing is
     * @param command the public command that shows the same, as far as it goes
     */
    record Row(int number, String title, Optional<Scene> scene, String missing, String command) {
    }

    static final List<Row> ALL = List.of(
            shown(1, "a buffer is no list of struct pages", new CarveoutScene(),
                    "./sharebuf run --board-option carveout=16MiB --memory carveout --size 640x480"),
            shown(2, "all an importer needs is an sg list mapped to its own device", new TwoMappingsScene(),
                    "./sharebuf run odroid-u3 --pipeline 'camera -> display + g2d' --size 3840x2160 --frames 30 --json -"),
            shown(3, "an exporter cannot know what the next importer needs", new ContiguityScene(),
                    "./sharebuf explain --uses gpu --format NV12 --size 640x480; ./sharebuf explain --uses camera,gpu --format NV12 --size 640x480"),
            shown(4, "a default exporter, special ones for special memory", new ExportScene(),
                    RUN + " --at 100:install=FILE.jar; ./sharebuf run pandaboard-es --memory tiler"),
            shown(5, "one allocation for a list of devices, one handle each", new ManyDevicesScene(), RUN + " --json -"),
            shown(6, "an allocator that knows all devices becomes insanely complex", new NewKindScene(),
                    "./sharebuf run --at 100:install=FILE.jar"),
            shown(7, "move the buffers for a device that comes late", new MoveScene(), LATE + " --move allow"),
            shown(8, "reallocation must not look random", new PolicyScene(), LATE + " --move ask"),
            shown(9, "and the masks, look which allocator supports what is left", new ExplainScene(),
                    "./sharebuf explain --uses camera,codec:output,display --format NV12 --size 640x480"),
            shown(10, "luma and chroma in different banks", new BanksScene(),
                    "./sharebuf run odroid-u3 --board-option iommu=off --pipeline 'camera -> decoder -> display' --format NV12M --size 1280x720"),
            shown(11, "mapping is the business of the device's dma_map_ops", new MapOpsScene(),
                    RUN + " --at 50:stop=mapops.direct --at 150:start=mapops.direct --at 200:attach=gpu:output"),
            shown(12, "totally crazy boards make their own hacks", new OwnKindScene(), "./sharebuf check FILE.jar; ./sharebuf run FILE.json"),
            shown(13, "coherent memory first, streaming as a second step", new CachesScene(),
                    RUN + " --pipeline 'camera -> encoder' --fault no-begin"),
            shown(14, "exporters map to the importer's device: tiler views", new TilerScene(),
                    "./sharebuf run pandaboard-es --board-option view=90 --pipeline 'camera -> display + sdma' --size 640x360 --out DIR"),
            shown(15, "addresses belong to one device", new AddressScene(), "./sharebuf tour 15"),
            shown(16, "find a buffer by device and DMA address, map it for a second", new IdentityScene(), "./sharebuf tour 16"),
            shown(17, "split allocation and mapping, so that devices can be added", new StatesScene(),
                    RUN + " --pipeline 'camera -> display' --at 100:attach=encoder"),
            later(18, "a DRM exporter that moves its backing store", "exporter.drm", "./sharebuf tour 18"),
            shown(19, "vendor bundles are replaced while frames flow", new SwapScene(),
                    RUN + " --at 50:swap=allocator.cma --at 100:swap=mapops.direct --at 150:swap=importer.v4l2 --at 200:swap=importer.drm"));

    private static Row shown(int number, String title, Scene scene, String command) {
        return new Row(number, title, Optional.of(scene), "", command);
    }

    private static Row partly(int number, String title, String missing, String command) {
        return new Row(number, title, Optional.empty(), missing, command);
    }

    private static Row later(int number, String title, String missing, String command) {
        return new Row(number, title, Optional.empty(), "not yet: " + missing, command);
    }
}
