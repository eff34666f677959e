/** A contiguous pool over a reusable region. Private to the bundle. */
package sharebuf.allocator.cma;
