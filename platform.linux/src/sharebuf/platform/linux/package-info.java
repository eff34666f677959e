/** A running Linux kernel as platform. Private to the bundle. */
package sharebuf.platform.linux;
