/**
 * What applications call on a display, in DRM's words. Get a handle by {@code session.device(Display.class, name)}.
 */
@Export
@Version("1.1.0")
package sharebuf.drm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
