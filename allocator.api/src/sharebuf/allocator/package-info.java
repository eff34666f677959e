/**
 * For authors of allocators: offer, place, released.
 */
@Export
@Version("1.3.0")
package sharebuf.allocator;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
