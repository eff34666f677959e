/**
 * Video devices: V4L2 queues over a device node, the same for the simulator and the kernel.
 */
package sharebuf.importer.v4l2;
