/**
 * Pixel formats, modifiers and the arithmetic of plane layouts. Values only.
 */
@Export
@Version("1.1.0")
package sharebuf.format;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
