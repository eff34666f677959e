/**
 * What applications call on a video device, in V4L2's words. Get a handle by {@code session.device(VideoDevice.class, name)}.
 */
@Export
@Version("1.1.0")
package sharebuf.video;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
