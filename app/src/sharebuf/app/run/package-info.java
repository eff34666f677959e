/** The command {@code run}: a pipeline on a board, its frames counted from the pixels. */
package sharebuf.app.run;
