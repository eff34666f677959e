/**
 * Drives the tiler of a Dynamic Memory Manager (DMM) of OMAP4 and DRA7. Private to the bundle.
 *
 * <p>Sources of the facts: "DRA74x, DRA75x Technical Reference Manual" (SPRUI30), chapter DMM, and the kernel's
 * {@code drivers/gpu/drm/omapdrm/omap_dmm_tiler.c} and {@code omap_dmm_priv.h}.
 */
package sharebuf.exporter.tiler;
