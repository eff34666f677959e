/**
 * For authors of importers: which uses a device offers, attach and detach, letting go, fences, streaming DMA.
 */
@Export
@Version("1.4.0")
package sharebuf.importer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
