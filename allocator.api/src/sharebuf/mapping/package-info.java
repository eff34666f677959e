/**
 * For authors of dma_map_ops: constraints seen through a mapping, map, unmap.
 */
@Export
@Version("1.4.0")
package sharebuf.mapping;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
