/** What is packed into the copies of plug-ins that a soak works with. */
package sharebuf.app.soak.trip;
