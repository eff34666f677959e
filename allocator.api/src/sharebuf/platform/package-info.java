/**
 * What a platform gives the broker: raw bytes, raw table entries, raw descriptors. Not for plug-ins.
 */
@Export
@Version("2.3.0")
package sharebuf.platform;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
