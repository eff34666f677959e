package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.SatisfiedReferenceDTO;
import sharebuf.memory.MemoryRegion;

class BoundRegionsTest {
    /** A component with one reference to a region. */
    private static ComponentConfigurationDTO bound(String reference, String type, String region) {
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        configuration.description = new ComponentDescriptionDTO();
        configuration.description.name = "x.Allocator";
        ReferenceDTO described = new ReferenceDTO();
        described.name = reference;
        described.interfaceName = type;
        configuration.description.references = new ReferenceDTO[] {described};
        SatisfiedReferenceDTO satisfied = new SatisfiedReferenceDTO();
        satisfied.name = reference;
        ServiceReferenceDTO service = new ServiceReferenceDTO();
        service.properties = Map.of(MemoryRegion.REGION, region);
        satisfied.boundServices = new ServiceReferenceDTO[] {service};
        configuration.satisfiedReferences = new SatisfiedReferenceDTO[] {satisfied};
        return configuration;
    }

    @Test
    void theSeatsRegionIsFine() {
        assertThat(BoundRegions.of(bound("region", MemoryRegion.class.getName(), "tck-a")).wrong("tck-a")).isEmpty();
        assertThat(BoundRegions.of(bound("log", "org.x.Log", "tck-decoy")).wrong("tck-a")).isEmpty();
    }

    @Test
    void anotherRegionOrAnotherNameIsTold() {
        assertThat(BoundRegions.of(bound("regio", MemoryRegion.class.getName(), "tck-decoy")).wrong("tck-a")).get().asString()
                .contains("region tck-a", "bound to tck-decoy by its reference 'regio'", "@Reference(name = \"region\")");
        assertThat(BoundRegions.of(bound("regio", MemoryRegion.class.getName(), "tck-a")).wrong("tck-a")).isPresent();
        assertThat(BoundRegions.of(bound("region", MemoryRegion.class.getName(), "tck-decoy")).wrong("tck-a")).isPresent();
    }
}
