package sharebuf.tck;

import java.util.Optional;
import sharebuf.device.Use;
import sharebuf.drm.Display;
import sharebuf.importer.Importer;
import sharebuf.video.VideoDevice;

/** Work through the application interfaces that come with Sharebuf. */
final class KnownWork {
    private KnownWork() {
    }

    static Optional<DeviceWork> of(Importer importer, Use use) {
        if (importer instanceof VideoDevice video) {
            return Optional.of(new VideoWork(video, use.access().writes() ? VideoDevice.Queue.CAPTURE : VideoDevice.Queue.OUTPUT));
        }
        return importer instanceof Display display && importer.offers(Display.class) ? Optional.of(new DisplayWork(display)) : Optional.empty();
    }
}
