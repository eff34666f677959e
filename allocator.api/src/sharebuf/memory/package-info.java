/**
 * Physical memory as allocators and dma_map_ops see it. Applications and importers have no business here.
 */
@Export
@Version("1.3.0")
package sharebuf.memory;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
