/**
 * Snapshots for operators' tools: the console, reports and the memory map.
 */
@Export
@Version("1.3.0")
package sharebuf.inventory;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
