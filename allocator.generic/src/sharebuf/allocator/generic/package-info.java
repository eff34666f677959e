/** Scattered pages of an ordinary region. Private to the bundle. */
package sharebuf.allocator.generic;
