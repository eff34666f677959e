/**
 * Address ranges: which part of a region is taken, which is free, and where the next request goes.
 *
 * <p>A plain library without any framework type. Bundles take a private copy of it ({@code -conditionalpackage}), so
 * nothing of this package appears in a contract between bundles.
 */
package sharebuf.range;
