package sharebuf.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Serves;

class SeatReferenceTest {
    private static ComponentDescriptionDTO component(ReferenceDTO... references) {
        ComponentDescriptionDTO component = new ComponentDescriptionDTO();
        component.name = "x.Plugin";
        component.references = references;
        return component;
    }

    private static ReferenceDTO reference(String name, Class<?> type) {
        ReferenceDTO reference = new ReferenceDTO();
        reference.name = name;
        reference.interfaceName = type.getName();
        return reference;
    }

    @Test
    void aReferenceThatNobodyTargetsIsTold() {
        assertThat(SeatReference.wrong(Serves.ALLOCATOR, component(reference("regio", MemoryRegion.class)))).get().asString()
                .contains("x.Plugin", "'regio'", "must be named 'region'", "region.target");
        assertThat(SeatReference.wrong(Serves.IMPORTER, component(reference("region", DeviceNode.class)))).get().asString()
                .contains("must be named 'node'");
    }

    @Test
    void theOneThatIsTargetedIsFineAndOthersMayStandBeside() {
        assertThat(SeatReference.wrong(Serves.ALLOCATOR, component(reference("region", MemoryRegion.class)))).isEmpty();
        assertThat(SeatReference.wrong(Serves.ALLOCATOR, component(reference("other", MemoryRegion.class), reference("region", MemoryRegion.class))))
                .isEmpty();
        assertThat(SeatReference.wrong(Serves.IMPORTER, component(reference("node", DeviceNode.class)))).isEmpty();
    }

    @Test
    void whoNeedsNoneIsFine() {
        assertThat(SeatReference.wrong(Serves.ALLOCATOR, component())).isEmpty();
        assertThat(SeatReference.wrong(Serves.IMPORTER, component(reference("memory", MemoryRegion.class)))).isEmpty();
        assertThat(SeatReference.wrong(Serves.MAPOPS, component(reference("x", MemoryRegion.class)))).isEmpty();
    }
}
