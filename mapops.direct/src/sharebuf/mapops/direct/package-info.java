/** dma_map_ops without an IOMMU. Private to the bundle. */
package sharebuf.mapops.direct;
