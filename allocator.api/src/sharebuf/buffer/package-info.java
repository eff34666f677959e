/**
 * For applications: describe, allocate, map and share buffers, and read why something was refused.
 */
@Export
@Version("1.3.0")
package sharebuf.buffer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
