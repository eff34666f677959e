/** Serves the memory that DRM drivers make for themselves. Private to the bundle. */
package sharebuf.exporter.drm;
