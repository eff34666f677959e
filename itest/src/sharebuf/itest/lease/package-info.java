/** What bundles took, and what becomes of it when they go. */
package sharebuf.itest.lease;
