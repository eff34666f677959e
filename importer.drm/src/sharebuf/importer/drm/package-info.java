/**
 * Displays: framebuffers, modes and page flips over a device node, the same for the simulator and the kernel.
 */
package sharebuf.importer.drm;
