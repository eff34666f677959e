/** Serves the memory that V4L2 drivers make for themselves. Private to the bundle. */
package sharebuf.exporter.v4l2;
