/**
 * The laboratory: a stock Debian kernel in QEMU, with the built product in its initramfs, runs a list of jobs.
 *
 * <p>In order of a run: {@link sharebuf.lab.Host} says what the machine lacks, {@link sharebuf.lab.Packages} fetches kernel and
 * busybox, {@link sharebuf.lab.Jre} links a Java for the guest, {@link sharebuf.lab.Image} writes the initramfs,
 * {@link sharebuf.lab.Emulator} boots it, {@link sharebuf.lab.Report} tells what came out. What happens inside the guest is written in
 * {@code lab/guest}.
 */
package sharebuf.lab;
