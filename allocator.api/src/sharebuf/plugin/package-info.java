/**
 * What every plug-in author needs: adoption, notes, and the capability that says what a bundle serves.
 */
@Export
@Version("1.2.0")
package sharebuf.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
