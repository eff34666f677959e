/** dma_map_ops of devices that the kernel maps for. Private to the bundle. */
package sharebuf.mapops.kernel;
