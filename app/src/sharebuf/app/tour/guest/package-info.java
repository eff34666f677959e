/** What the tour packs into a bundle of its own and installs: a device kind that nobody knew. Never used from here. */
package sharebuf.app.tour.guest;
