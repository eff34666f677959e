/** Serves a memory bank. Private to the bundle. */
package sharebuf.allocator.banks;
