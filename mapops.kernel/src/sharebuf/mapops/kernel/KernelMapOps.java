package sharebuf.mapops.kernel;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.plugin.Serves;

/**
 * The kernel maps a dma-buf when a device imports it and tells nobody where. What is known beforehand is said here: behind an IOMMU any
 * pages do; without one the mask and the limits that the use declares hold for CPU addresses. Its service property
 * {@code sharebuf.addressSpace} is that of its configuration.
 *
 * <p>Immutable: it keeps nothing between calls.
 */
@Serves(kind = Serves.MAPOPS, pid = KernelMapOps.PID)
@Component(name = KernelMapOps.PID, configurationPid = KernelMapOps.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class KernelMapOps implements DmaMapOps {
    static final String PID = "sharebuf.mapops.kernel";

    /** Serves an address space. */
    @Activate
    public KernelMapOps() {
    }

    @Override
    public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        // The device's own word counts too: IOMMU and mask are known from sysfs, a use may only say what its driver demands.
        if (own.iommu() || device.dma().iommu()) {
            return MemoryConstraints.translated(use, own);
        }
        DmaConstraints mask = DmaConstraints.builder().mask(device.dma().mask()).build();
        return MemoryConstraints.direct(use, own).merge(MemoryConstraints.direct(use, mask));
    }

    @Override
    public void map(MapRequest request, Table table) {
        table.opaque("kernel");
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        // Importing has no entry of ours: the kernel unmaps when the importer lets go.
    }
}
