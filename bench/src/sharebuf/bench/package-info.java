/**
 * Benchmarks of the framework's hot paths, run on the plain class path.
 *
 * <p>A figure counts only as a ratio to a yardstick measured in the same process, turn by turn.
 */
package sharebuf.bench;
