package sharebuf.app.explain;

import java.util.List;
import sharebuf.app.board.NoDma;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;

/**
 * A device that is nothing but data: it states its uses, and what memory must be for them; no DMA is ever made.
 *
 * <p>Immutable.
 */
record DataDevice(Device device, List<Use> uses) implements Importer, DmaMapOps, NoDma {
    @Override
    public MemoryConstraints through(Device of, UseId use, DmaConstraints own) {
        return own.iommu() ? MemoryConstraints.translated(use, own) : MemoryConstraints.direct(use, own);
    }

    @Override
    public void map(MapRequest request, Table table) {
        throw new UnsupportedOperationException(device + " is data, nothing is mapped for it");
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        throw new UnsupportedOperationException(device + " is data, nothing is mapped for it");
    }
}
