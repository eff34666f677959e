/** Which threads the system runs first: a plain library. */
package sharebuf.urgency;
