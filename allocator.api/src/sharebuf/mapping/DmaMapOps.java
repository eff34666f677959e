package sharebuf.mapping;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;
import sharebuf.plugin.Plugin;

/**
 * Maps memory for the devices of one address space: an OSGi service with the property {@value #ADDRESS_SPACE}, in the seat of that
 * address space. It is a policy: live mappings stand in the broker's ledger, the entries themselves are the platform's.
 *
 * <p>Calls to one service never overlap: the seat makes them one after another, bounded by its time limit, without a lock of the
 * core. It must not call the broker back.
 */
@ConsumerType
public interface DmaMapOps extends Plugin {
    /** Service property: name of the address space, a String. */
    String ADDRESS_SPACE = "sharebuf.addressSpace";

    /**
     * What memory must be for a use, seen through this mapping: a translation lifts limits, a bus shifts windows.
     *
     * @param device the device
     * @param use the use
     * @param own what the use declares
     * @return constraints in CPU addresses
     */
    MemoryConstraints through(Device device, UseId use, DmaConstraints own);

    /**
     * What memory must be when what the use does not reach may be copied to where it does ({@link Table#bounce}). Asked only when no memory suits {@link #through}.
     *
     * @param device the device
     * @param use the use
     * @param own what the use declares
     * @return constraints in CPU addresses; empty where nothing is ever copied
     */
    default Optional<MemoryConstraints> bouncing(Device device, UseId use, DmaConstraints own) {
        return Optional.empty();
    }

    /**
     * Maps an object: enters segments that together cover its bytes in order, each inside the device's limits.
     *
     * @param request what for whom
     * @param table the address space's entries; valid until the return
     * @throws sharebuf.buffer.RefusedException when it cannot be done, for want of addresses say: the refusal is what the caller gets
     * @throws Exception any other, a fault of the plug-in's; after either, what was entered is removed again
     */
    void map(MapRequest request, Table table) throws Exception;

    /**
     * Unmaps an object: removes the entries of the mapping. What it leaves, the broker removes and reports.
     *
     * @param mapped the mapping, made by this service or one before it
     * @param table the address space's entries; valid until the return
     * @throws Exception any; the broker removes the entries itself
     */
    void unmap(Mapped mapped, Table table) throws Exception;
}
