package sharebuf.platform.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import sharebuf.plugin.DriverFact;
import sharebuf.plugin.KnownDriver;

/** What installed bundles say of kernel drivers. Stateless. */
final class KnownDrivers {
    private KnownDrivers() {
    }

    /** All that is said of a driver, the more demanding where bundles differ; what makes no sense is nobody's word. */
    static Optional<KnownDriver> of(BundleContext context, String driver) {
        List<KnownDriver> said = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null) {
                revision.getDeclaredCapabilities(DriverFact.NAMESPACE).forEach(c -> read(c).filter(k -> k.driver().equals(driver)).ifPresent(said::add));
            }
        }
        return said.stream().reduce(KnownDriver::and);
    }

    private static Optional<KnownDriver> read(BundleCapability capability) {
        try {
            return Optional.of(KnownDriver.of(capability.getAttributes()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty(); // the broker reads it too, and reports it
        }
    }
}
