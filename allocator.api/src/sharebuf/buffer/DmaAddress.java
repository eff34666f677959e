package sharebuf.buffer;

/**
 * An address as one device sees it. It belongs to the device's address space: used with a device of another one it is refused,
 * naming both.
 *
 * <p>Immutable. There is no physical address in this package, and no way to get one.
 *
 * @param device the device it was given to
 * @param address unsigned 64-bit
 */
public record DmaAddress(String device, long address) {
    /** Checks that there is a device. */
    public DmaAddress {
        java.util.Objects.requireNonNull(device, "device");
    }

    @Override
    public String toString() {
        return device + "@0x" + Long.toHexString(address);
    }
}
