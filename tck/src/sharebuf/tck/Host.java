package sharebuf.tck;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * The framework around a plug-in.
 *
 * @param context of the kit
 * @param configurations where plug-ins are configured
 * @param components says why a component is not there
 * @param bundle the plug-in's
 */
record Host(BundleContext context, ConfigurationAdmin configurations, ServiceComponentRuntime components, Bundle bundle) {
}
