/** Conformance cases on the devices of this machine. Private to the bundle. */
package sharebuf.tck.kernel;
