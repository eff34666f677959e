package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** The ground all other tests stand on: the framework and the component runtime are the ones we ship. */
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class FrameworkTest {

    @InjectBundleContext
    BundleContext context;

    @Test
    @DisplayName("the framework is Felix 7.0.5")
    void frameworkIsFelix() {
        Bundle framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
        assertThat(framework.getSymbolicName()).isEqualTo("org.apache.felix.framework");
        assertThat(framework.getVersion()).isEqualTo(Version.valueOf("7.0.5"));
    }

    @Test
    @DisplayName("the component runtime is active and serves")
    void componentRuntimeIsActive(@InjectService ServiceComponentRuntime runtime) {
        assertThat(runtime.getComponentDescriptionDTOs()).isNotNull();
        assertThat(context.getBundles())
            .filteredOn(bundle -> "org.apache.felix.scr".equals(bundle.getSymbolicName()))
            .extracting(Bundle::getState)
            .containsExactly(Bundle.ACTIVE);
    }
}
