/**
 * Who sits where, by bundle, and giving all seats of a bundle over to another: for whoever deploys bundles.
 */
@Export
@Version("1.1.0")
package sharebuf.seating;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
