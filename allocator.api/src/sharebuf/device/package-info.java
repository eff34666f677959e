/**
 * Devices, what they do with a buffer (uses), and the DMA constraints that a use declares.
 */
@Export
@Version("1.1.0")
package sharebuf.device;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
