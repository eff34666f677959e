/** Serves a carveout. Private to the bundle. */
package sharebuf.allocator.carveout;
