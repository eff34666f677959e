package sharebuf.broker.solve;

import java.util.Objects;
import sharebuf.device.Device;
import sharebuf.device.Use;

/**
 * A use that takes part, with its device.
 *
 * <p>Immutable.
 *
 * @param use the use
 * @param device its device
 */
public record Party(Use use, Device device) {
    /** Checks that both are there. */
    public Party {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(device, "device");
    }

    /**
     * Whether it is the CPU, which needs no mapping.
     *
     * @return true for {@link Directory#CPU}
     */
    public boolean isCpu() {
        return use.id().equals(Directory.CPU);
    }
}
