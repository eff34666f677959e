/** A plug-in that tests put into a jar of its own. */
package sharebuf.itest.swap.trap;
