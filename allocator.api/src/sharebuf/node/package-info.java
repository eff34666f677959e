/**
 * A device node at ioctl height: the seam under which the simulator and the Linux kernel both fit.
 */
@Export
@Version("1.1.0")
package sharebuf.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
