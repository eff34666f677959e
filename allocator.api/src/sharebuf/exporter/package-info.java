/**
 * For authors of special exporters. Memory of any allocator is shareable without one.
 */
@Export
@Version("1.2.0")
package sharebuf.exporter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
