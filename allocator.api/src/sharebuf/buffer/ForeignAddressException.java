package sharebuf.buffer;

/** A DMA address was used with a device to whose address space it does not belong. */
public final class ForeignAddressException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * Names both.
     *
     * @param address the address
     * @param owner the device or address space it belongs to
     */
    public ForeignAddressException(DmaAddress address, String owner) {
        super("DMA address 0x" + Long.toHexString(address.address()) + " belongs to " + owner + ", not to " + address.device());
    }
}
