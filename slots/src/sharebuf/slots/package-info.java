/**
 * Rectangles in a two-dimensional container of slots: which slots are taken, where the next rectangle goes, and what has to move so that
 * one that has no place gets one. A slot is an entry of a page table, so moving copies nothing.
 *
 * <p>A plain library without any framework type. Bundles take a private copy of it ({@code -conditionalpackage}).
 */
package sharebuf.slots;
