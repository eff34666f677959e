/**
 * The conformance cases for plug-ins, with regions and a ledger of their own. {@link sharebuf.tck.AllocatorCases} runs on a plain class
 * path as well, from a unit test of a plug-in.
 */
package sharebuf.tck;
