/** The command {@code probe}: what this machine's kernel offers, found by trying. */
package sharebuf.app.probe;
