/**
 * Video devices: V4L2 queues over a device node, the same for the simulator and the kernel.
 *
 * <p>What drivers of the kernel demand is said here where the sources of Linux 6.12 show it; a driver that is not named is tried.
 */
@DriverFact(driver = "uvcvideo", imports = DriverFact.ANY, maskBits = 64, source = "drivers/media/usb/uvc/uvc_queue.c: vb2_vmalloc_memops, the CPU copies")
@DriverFact(driver = "vivid", maskBits = 32, source = "drivers/media/test-drivers/vivid: its option allocators decides; the mask is that of drivers/base/platform.c")
@DriverFact(driver = "vim2m", imports = DriverFact.ANY, maskBits = 64, source = "drivers/media/test-drivers/vim2m.c: vb2_vmalloc_memops, the CPU copies")
@DriverFact(driver = "vicodec", imports = DriverFact.ANY, maskBits = 64, source = "drivers/media/test-drivers/vicodec/vicodec-core.c: vb2_vmalloc_memops, the CPU copies")
@DriverFact(driver = "rkisp1", imports = DriverFact.CONTIGUOUS, source = "drivers/media/platform/rockchip/rkisp1/rkisp1-capture.c: vb2_dma_contig_memops")
@DriverFact(driver = "hantro-vpu", imports = DriverFact.CONTIGUOUS, source = "drivers/media/platform/verisilicon/hantro_drv.c: vb2_dma_contig_memops")
@DriverFact(driver = "rkvdec", imports = DriverFact.CONTIGUOUS, source = "drivers/staging/media/rkvdec/rkvdec.c: vb2_dma_contig_memops")
@DriverFact(driver = "cedrus", imports = DriverFact.CONTIGUOUS, source = "drivers/staging/media/sunxi/cedrus/cedrus_video.c: vb2_dma_contig_memops")
@DriverFact(driver = "sun6i-csi", imports = DriverFact.CONTIGUOUS, source = "drivers/media/platform/sunxi/sun6i-csi/sun6i_csi_capture.c: vb2_dma_contig_memops")
@DriverFact(driver = "stm32-dcmi", imports = DriverFact.CONTIGUOUS, source = "drivers/media/platform/st/stm32/stm32-dcmi.c: vb2_dma_contig_memops")
@DriverFact(driver = "unicam", imports = DriverFact.CONTIGUOUS, source = "drivers/media/platform/broadcom/bcm2835-unicam.c: vb2_dma_contig_memops")
package sharebuf.importer.v4l2;

import sharebuf.plugin.DriverFact;
