package sharebuf.app.run;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Y4mWriter;

/**
 * The folder of {@code --out}: one Y4M file and one PNG a display, and the memory map.
 *
 * <p>Thread-safe: each display has its own file, written by the display's thread.
 */
final class Gallery implements AutoCloseable {
    private final Path folder;
    private final String rate;
    private final Map<String, Y4mWriter> writers = new ConcurrentHashMap<>();
    private final AtomicReference<IOException> failure = new AtomicReference<>();

    Gallery(Path folder, String rate) throws WrongCall {
        this.folder = folder;
        this.rate = rate;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw WrongCall.option("--out", folder.toString(), "a folder that can be made and written (" + e + ")");
        }
    }

    /** Keeps what a display scans out; its file is made with the first picture. Called on the display's thread. */
    BiConsumer<Raster, MemorySegment> keep(String display) {
        return (raster, pixels) -> {
            try {
                Y4mWriter writer = writers.get(display);
                if (writer == null) {
                    writer = new Y4mWriter(folder.resolve(display + ".y4m"), raster, rate);
                    writers.put(display, writer);
                }
                writer.add(pixels);
            } catch (IOException e) {
                // The display has no use for it; whoever waits for the run has.
                failure.compareAndSet(null, e);
            }
        };
    }

    void write(String name, byte[] bytes) throws WrongCall {
        try {
            Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw WrongCall.option("--out", folder.toString(), "a folder that can be written (" + e + ")");
        }
    }

    @Override
    public void close() throws WrongCall {
        for (var entry : writers.entrySet()) {
            write(entry.getKey() + ".png", entry.getValue().lastAsPng());
            try {
                entry.getValue().close();
            } catch (IOException e) {
                throw WrongCall.option("--out", folder.toString(), "a folder that can be written (" + e + ")");
            }
        }
        writers.clear();
        if (failure.get() != null) {
            throw WrongCall.option("--out", folder.toString(), "a folder that can be written (" + failure.get() + ")");
        }
    }
}
