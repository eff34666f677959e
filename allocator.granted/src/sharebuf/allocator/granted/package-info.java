/** Serves a granted region. Private to the bundle. */
package sharebuf.allocator.granted;
