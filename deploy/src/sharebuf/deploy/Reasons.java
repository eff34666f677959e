package sharebuf.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;
import sharebuf.deploy.BoardFile.Config;

/** Why components are not there, as the component runtime has it. Thread-safe. */
final class Reasons {
    private final ServiceComponentRuntime runtime;

    Reasons(ServiceComponentRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Why the component of a configuration is not there.
     *
     * @param pid of the factory
     * @param name of the configuration
     * @return empty when it is there
     */
    Optional<String> of(String pid, String name) {
        List<ComponentDescriptionDTO> described = described(pid);
        List<ComponentConfigurationDTO> found = find(described, pid + "~" + name);
        if (!found.isEmpty()) {
            return found.stream().map(Reasons::why).flatMap(Optional::stream).findFirst();
        }
        return Optional.of(described.isEmpty() ? pid + ": no started bundle has a component with that configuration PID"
                : pid + "~" + name + ": the component has not seen its configuration yet");
    }

    /**
     * Why a bundle's plug-in would not get the region or device of its seat.
     *
     * @param bundle a started bundle
     * @param served what its capability says
     * @return empty when it gets it
     */
    Optional<String> misbound(Bundle bundle, PluginFacts.Served served) {
        return runtime.getComponentDescriptionDTOs(bundle).stream().filter(d -> List.of(d.configurationPid).contains(served.pid()))
                .map(d -> SeatReference.wrong(served.kind(), d)).flatMap(Optional::stream).findFirst();
    }

    /** Whether the component of a configuration threw when it was to begin. */
    boolean failed(Config config) {
        return find(described(config.pid()), config.fullPid()).stream().anyMatch(c -> c.state == ComponentConfigurationDTO.FAILED_ACTIVATION);
    }

    /**
     * Why a plug-in of a bundle is not there although its bundle is started: its component threw.
     *
     * @param bundle the bundle
     * @return empty when none did
     */
    Optional<String> failed(Bundle bundle) {
        return runtime.getComponentDescriptionDTOs(bundle).stream().flatMap(d -> runtime.getComponentConfigurationDTOs(d).stream())
                .filter(c -> c.state == ComponentConfigurationDTO.FAILED_ACTIVATION).map(Reasons::why).flatMap(Optional::stream).findFirst();
    }

    /**
     * Why a plug-in of a bundle is not there.
     *
     * @param bundle the bundle
     * @return empty when all that are configured are there
     */
    Optional<String> waits(Bundle bundle) {
        return runtime.getComponentDescriptionDTOs(bundle).stream().flatMap(d -> runtime.getComponentConfigurationDTOs(d).stream())
                .map(Reasons::why).flatMap(Optional::stream).findFirst();
    }

    private List<ComponentDescriptionDTO> described(String pid) {
        return runtime.getComponentDescriptionDTOs().stream().filter(d -> List.of(d.configurationPid).contains(pid)).toList();
    }

    /** Several components may have that PID: of several bundles, where the configuration is bound to one of them, or of one bundle. */
    private List<ComponentConfigurationDTO> find(List<ComponentDescriptionDTO> described, String fullPid) {
        return described.stream().flatMap(d -> runtime.getComponentConfigurationDTOs(d).stream())
                .filter(c -> fullPid.equals(c.properties.get("service.pid"))).toList();
    }

    /**
     * Components that could be there and are not.
     *
     * @return name and reason of each, in the order of the runtime
     */
    List<String> all() {
        List<String> all = new ArrayList<>();
        Collection<ComponentDescriptionDTO> descriptions = runtime.getComponentDescriptionDTOs();
        for (ComponentDescriptionDTO description : descriptions) {
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(description)) {
                if (configuration.state != ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) {
                    why(configuration).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    private static Optional<String> why(ComponentConfigurationDTO configuration) {
        Object pid = configuration.properties.get("service.pid");
        String who = pid instanceof String text ? text : configuration.description.name;
        String bundle = " (bundle " + configuration.description.bundle.symbolicName + ")";
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> Optional.of(who + bundle + ": waits for a configuration");
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> Optional.of(who + bundle + ": waits for " + references(configuration));
            case ComponentConfigurationDTO.FAILED_ACTIVATION -> Optional.of(who + bundle + ": failed: " + cause(configuration.failure));
            default -> Optional.empty();
        };
    }

    private static String references(ComponentConfigurationDTO configuration) {
        List<String> texts = new ArrayList<>();
        for (UnsatisfiedReferenceDTO each : configuration.unsatisfiedReferences) {
            String type = java.util.Arrays.stream(configuration.description.references).filter(r -> r.name.equals(each.name))
                    .map(r -> r.interfaceName).findFirst().orElse("?");
            texts.add(each.name + ", a " + type + (each.target == null ? "" : " with " + each.target));
        }
        return String.join(" and ", texts);
    }

    /** The innermost message of a stack trace's text. */
    static String cause(String failure) {
        String found = "no reason given";
        for (String line : failure == null ? List.<String>of() : failure.lines().toList()) {
            boolean first = found.equals("no reason given");
            if (first || line.startsWith("Caused by: ")) {
                found = line.startsWith("Caused by: ") ? line.substring(11) : line;
            }
        }
        return found;
    }
}
