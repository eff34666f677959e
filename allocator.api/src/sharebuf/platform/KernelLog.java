package sharebuf.platform;

import java.util.List;
import java.util.Objects;

/**
 * Hears what the kernel says from a moment on, until it is closed.
 *
 * <p>Confined to one thread.
 */
public interface KernelLog extends AutoCloseable {
    /** Hears nothing: there is no kernel, or its log may not be read. */
    KernelLog SILENT = new KernelLog() {
        @Override
        public List<Line> lines() {
            return List.of();
        }

        @Override
        public void close() {
        }
    };

    /** The most that one call of {@link #lines} returns. */
    int MOST = 256;

    /**
     * A line.
     *
     * @param level from 0 (emergency) to 7 (debug): 4 is a warning, 3 an error
     * @param text without the prefix, not empty
     * @param device name of the device in sysfs that it is about, as the driver said; empty when it did not
     */
    record Line(int level, String text, String device) {
        /** Checks that nothing is null. */
        public Line {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(device, "device");
        }
    }

    /**
     * What was said since the moment, or since the last call. Does not wait.
     *
     * @return in order, at most {@value #MOST}
     */
    List<Line> lines();

    /** Hears no more. Idempotent. */
    @Override
    void close();
}
