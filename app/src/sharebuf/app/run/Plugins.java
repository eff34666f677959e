package sharebuf.app.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.PluginFolder;
import sharebuf.deployment.PluginFolders;

/**
 * The plug-in folder of a run: what happens in it is said as it happens, and remembered with the frame at which it did.
 *
 * <p>Thread-safe.
 */
final class Plugins implements AutoCloseable {
    private final Output output;
    private final List<Map<String, Object>> events = new ArrayList<>();
    private volatile long frame;
    private Optional<PluginFolder> folder = Optional.empty();

    private Plugins(Output output) {
        this.output = output;
    }

    /**
     * Installs what lies in the folder, and watches it.
     *
     * @param folder empty for a run without one
     * @throws WrongCall when it cannot be read
     */
    static Plugins open(PluginFolders folders, Optional<Path> folder, Output output) throws WrongCall {
        Plugins plugins = new Plugins(output);
        if (folder.isPresent()) {
            try {
                plugins.folder = Optional.of(folders.watch(folder.get(), plugins::heard));
            } catch (IOException e) {
                throw WrongCall.option("--plugins", folder.get().toString(), "a folder that can be read (" + e.getMessage() + ")");
            }
        }
        return plugins;
    }

    /** The camera is about to hand a frame out. */
    void reached(long number) {
        frame = number;
    }

    private void heard(PluginFolder.Event event) {
        if (event.trouble()) {
            output.error(event.line());
        } else {
            output.say(event.line());
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("frame", frame);
        map.put("file", event.file());
        map.put("what", event.what().toString());
        map.put("bundle", event.jar().bundle());
        map.put("version", event.jar().version());
        map.put("sha256", event.jar().sha256());
        map.put("micros", event.micros());
        map.put("message", event.message());
        synchronized (events) {
            events.add(map);
        }
    }

    /** The folder's events for the JSON, oldest first. */
    List<Map<String, Object>> json() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    @Override
    public void close() {
        folder.ifPresent(PluginFolder::close);
    }
}
