/** Fakes that tests of the broker stand on. */
package sharebuf.broker.test;
