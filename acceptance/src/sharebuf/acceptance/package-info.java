/** Runs the command line as a user does. Test code of this project only. */
package sharebuf.acceptance;
