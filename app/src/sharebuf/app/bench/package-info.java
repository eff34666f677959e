/** Benchmarks that need a whole pipeline. */
package sharebuf.app.bench;
