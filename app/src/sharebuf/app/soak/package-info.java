/**
 * The command {@code soak}: random changes and faults over running pipelines. A {@link sharebuf.app.soak.Script} draws the steps from a seed, a
 * {@link sharebuf.app.soak.Performer} makes them when the camera comes to their frames, and {@link sharebuf.app.soak.Seams} let plug-ins fail: all plug-ins
 * of the board are swapped first for copies of themselves that ask at the head of each method of their contract whether to misbehave.
 */
package sharebuf.app.soak;
