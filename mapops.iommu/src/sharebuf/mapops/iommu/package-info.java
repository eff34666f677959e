/** dma_map_ops with an IOMMU. Private to the bundle. */
package sharebuf.mapops.iommu;
