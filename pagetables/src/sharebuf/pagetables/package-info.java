/**
 * Page tables of an IOMMU: which memory addresses lead to, with pages of three sizes, walked as hardware does.
 *
 * <p>A plain library without any framework type. Bundles take a private copy of it ({@code -conditionalpackage}), so nothing of this package appears in a
 * contract between bundles.
 */
package sharebuf.pagetables;
