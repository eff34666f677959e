/**
 * The simulated SoC. Pure classes ({@link sharebuf.platform.sim.Soc} and what it holds) without OSGi, clocks excepted that pace
 * devices; the components beside them only wire.
 */
package sharebuf.platform.sim;
