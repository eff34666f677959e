/**
 * Serves the memory that DRM drivers make for themselves. Private to the bundle.
 *
 * <p>Drivers whose dumb buffers lie in memory of the card, without an sg table, give them to themselves only. Nobody can attach to such a dma-buf; who
 * only maps it for the kernel's CPU, as videobuf2-vmalloc does, is let in, and in Linux 6.12 that ends badly: the mapping holds no pin, and the
 * buffer moves when it is first shown, so that a camera goes on writing where it was (16 frames counted, 3 pictures on the screen); and once it lies in
 * the card's memory, the unmapping is a kernel BUG in dma_buf_vunmap, since videobuf2-vmalloc.c forgets that the mapping is one of I/O memory.
 */
@DriverFact(driver = "bochs-drm", gives = DriverFact.OWN, source = "drivers/gpu/drm/drm_gem_vram_helper.c of 6.12: no get_sg_table, vmap without a pin")
@DriverFact(driver = "hibmc-drm", gives = DriverFact.OWN, source = "drivers/gpu/drm/drm_gem_vram_helper.c of 6.12: no get_sg_table, vmap without a pin")
@DriverFact(driver = "vboxvideo", gives = DriverFact.OWN, source = "drivers/gpu/drm/drm_gem_vram_helper.c of 6.12: no get_sg_table, vmap without a pin")
@DriverFact(driver = "qxl", gives = DriverFact.OWN, source = "drivers/gpu/drm/qxl/qxl_prime.c: qxl_gem_prime_get_sg_table says ENOSYS; its buffers lie in the card's memory")
package sharebuf.exporter.drm;

import sharebuf.plugin.DriverFact;
