/**
 * Boards and bundles.
 */
@Export
@Version("1.2.0")
package sharebuf.deployment;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
