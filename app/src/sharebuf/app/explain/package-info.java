/** The command {@code explain}: which memory suits, and why, on a board or on data. */
package sharebuf.app.explain;
