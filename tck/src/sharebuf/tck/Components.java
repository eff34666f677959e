package sharebuf.tck;

import java.util.Arrays;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import sharebuf.node.DeviceNode;

/** What the component runtime knows of a bundle. */
final class Components {
    private Components() {
    }

    /** Why it has no instance for a configuration. */
    static String reason(ServiceComponentRuntime components, Bundle bundle, String pid) {
        StringBuilder s = new StringBuilder();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            s.append("component ").append(component.name).append(": ");
            if (!List.of(component.configurationPid).contains(pid)) {
                s.append("takes the configuration ").append(String.join(", ", component.configurationPid)).append("; ");
            }
            for (ComponentConfigurationDTO each : components.getComponentConfigurationDTOs(component)) {
                s.append(each.failure == null ? "state " + each.state : each.failure.lines().findFirst().orElse("")).append("; ");
                for (var missing : each.unsatisfiedReferences) {
                    s.append("reference ").append(missing.name).append(" with target ").append(missing.target).append(" is not satisfied; ");
                }
            }
        }
        return s.isEmpty() ? "the bundle has no component" : s.toString();
    }

    /** Whether the component of a configuration threw when it was made: it will not come. */
    static boolean hasFailed(Host host, String configurationPid) {
        return host.components().getComponentDescriptionDTOs(host.bundle()).stream().flatMap(c -> host.components().getComponentConfigurationDTOs(c).stream())
                .anyMatch(c -> configurationPid.equals(c.properties.get(Constants.SERVICE_PID)) && c.state == ComponentConfigurationDTO.FAILED_ACTIVATION);
    }

    /** Whether the component of a PID drives a device. */
    static boolean refersToNode(Host host, String pid) {
        return host.components().getComponentDescriptionDTOs(host.bundle()).stream().filter(c -> List.of(c.configurationPid).contains(pid))
                .anyMatch(c -> Arrays.stream(c.references).anyMatch(r -> r.interfaceName.equals(DeviceNode.class.getName())));
    }

    /** Sees that the component got the region of its seat, not just any region. */
    static void requireBound(Host host, String configurationPid, String region) {
        for (ComponentDescriptionDTO component : host.components().getComponentDescriptionDTOs(host.bundle())) {
            for (ComponentConfigurationDTO each : host.components().getComponentConfigurationDTOs(component)) {
                if (configurationPid.equals(each.properties.get(Constants.SERVICE_PID))) {
                    BoundRegions.of(each).wrong(region).ifPresent(why -> {
                        throw new CaseFailed(why);
                    });
                }
            }
        }
    }
}
