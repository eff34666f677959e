/**
 * Boards and bundles: reads a board's description, checks it, and makes the framework look like it.
 *
 * <p>What keys a configuration may have stands in {@code keys.json} for the platforms, and in each plug-in's own component
 * description for plug-ins: no class here knows a device, a vendor or a plug-in.
 */
package sharebuf.deploy;
