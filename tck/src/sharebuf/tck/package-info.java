/**
 * The conformance cases for plug-ins, with regions, address spaces, drivers, devices and a ledger of their own. {@link sharebuf.tck.AllocatorCases},
 * {@link sharebuf.tck.GrantedCases}, {@link sharebuf.tck.MapOpsCases}, {@link sharebuf.tck.ExporterCases} and {@link sharebuf.tck.ImporterCases} run on a plain
 * class path as well, from a unit test of a plug-in.
 */
package sharebuf.tck;
