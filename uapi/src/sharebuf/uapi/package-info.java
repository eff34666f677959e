/**
 * The numbers and structures with which user space speaks to V4L2, DRM and dma-buf drivers: a plain library for both sides, the
 * importers that call a device node and the simulator that plays one.
 *
 * <p>{@link sharebuf.uapi.V4l2}, {@link sharebuf.uapi.Drm} and {@link sharebuf.uapi.DmaBuf} hold the numbers under their names in the
 * kernel's headers; each structure is a {@link sharebuf.uapi.Struct}. All of it holds for 64-bit Linux of any processor that follows
 * asm-generic (x86-64, arm64, riscv64).
 */
package sharebuf.uapi;
