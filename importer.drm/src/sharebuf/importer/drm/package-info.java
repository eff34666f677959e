/**
 * Displays: framebuffers, modes and page flips over a device node, the same for the simulator and the kernel.
 *
 * <p>What drivers of the kernel demand is said here where the sources of Linux 6.12 show it; a driver that is not named is tried.
 */
@DriverFact(driver = "virtio_gpu", imports = DriverFact.OWN, source = "drivers/gpu/drm/virtio/virtgpu_prime.c: virtgpu_gem_prime_import_sg_table says ENODEV")
@DriverFact(driver = "bochs-drm", imports = DriverFact.OWN, source = "drivers/gpu/drm/drm_prime.c: EINVAL for a driver without gem_prime_import_sg_table")
@DriverFact(driver = "qxl", imports = DriverFact.OWN, source = "drivers/gpu/drm/qxl/qxl_prime.c: qxl_gem_prime_import_sg_table says ENOSYS")
@DriverFact(driver = "vc4-drm", imports = DriverFact.CONTIGUOUS, source = "drivers/gpu/drm/drm_gem_dma_helper.c: drm_gem_dma_prime_import_sg_table")
@DriverFact(driver = "imx-drm", imports = DriverFact.CONTIGUOUS, source = "drivers/gpu/drm/drm_gem_dma_helper.c: drm_gem_dma_prime_import_sg_table")
@DriverFact(driver = "sun4i-drm", imports = DriverFact.CONTIGUOUS, source = "drivers/gpu/drm/drm_gem_dma_helper.c: drm_gem_dma_prime_import_sg_table")
@DriverFact(driver = "meson-drm", imports = DriverFact.CONTIGUOUS, source = "drivers/gpu/drm/drm_gem_dma_helper.c: drm_gem_dma_prime_import_sg_table")
@DriverFact(driver = "tidss", imports = DriverFact.CONTIGUOUS, source = "drivers/gpu/drm/drm_gem_dma_helper.c: drm_gem_dma_prime_import_sg_table")
@DriverFact(driver = "stm32-display", imports = DriverFact.CONTIGUOUS, source = "drivers/gpu/drm/drm_gem_dma_helper.c: drm_gem_dma_prime_import_sg_table")
package sharebuf.importer.drm;

import sharebuf.plugin.DriverFact;
