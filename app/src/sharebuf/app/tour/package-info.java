/** The command {@code tour}: the ideas of the original discussion, played on simulated boards. */
package sharebuf.app.tour;
