/** What the tour packs into bundles of their own and installs: a device of a kind that nobody knew, an allocator alone, a board-maker's memory. Never used from here. */
package sharebuf.app.tour.guest;
