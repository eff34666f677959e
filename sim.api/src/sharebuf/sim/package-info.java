/**
 * What feeds and watches the simulated SoC.
 */
@Export
@Version("1.1.0")
package sharebuf.sim;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
