package sharebuf.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * QEMU with the guest in it. Its working folder is the share: what the guest, QEMU's monitor and this machine write there is seen by
 * all three. A boot that hangs or panics before the guest says "ready" is tried again. Confined to one thread, but {@link #close} may
 * come from any.
 */
final class Emulator implements AutoCloseable {
    private static final int TRIES = 3;
    /** A boot takes 4 s on a quiet machine, and was seen to take 50 s on a busy one. */
    static final long BOOT_SECONDS = 180;
    /** Added to the jobs' own limits: copying of results, power-off. */
    private static final long MARGIN_SECONDS = 60;
    private static final long POLL_MILLIS = 100;

    /**
     * How it went.
     *
     * @param boots       how many were needed
     * @param bootSeconds from the start of QEMU to the guest's "ready", of the last one; 0 when no boot came that far
     * @param ended       whether the guest worked through all jobs and switched itself off
     * @param trouble     what was wrong, empty if nothing was
     */
    record Outcome(int boots, double bootSeconds, boolean ended, String trouble) {
    }

    private final List<String> command;
    private final Path share;
    private final long bootSeconds;
    private final Progress progress;
    private Process qemu;
    private boolean closed;

    /**
     * Prepares, starts nothing.
     *
     * @param command     starts QEMU
     * @param share       its working folder
     * @param bootSeconds limit of a boot
     * @param progress    to tell
     */
    Emulator(List<String> command, Path share, long bootSeconds, Progress progress) {
        this.command = command;
        this.share = share;
        this.bootSeconds = bootSeconds;
        this.progress = progress;
    }

    /** Boots, up to three times, and waits until the guest worked through the jobs. */
    Outcome run(List<Job> jobs) throws IOException, InterruptedException {
        StringBuilder lines = new StringBuilder();
        jobs.forEach(job -> lines.append(job.line()));
        String trouble = "";
        for (int boot = 1; boot <= TRIES; boot++) {
            clean();
            Files.writeString(share.resolve("jobs.list"), lines);
            long start = System.nanoTime();
            if (!start()) {
                return new Outcome(boot, 0, false, "interrupted");
            }
            if (await("ready", bootSeconds)) {
                double seconds = (System.nanoTime() - start) / 1e9;
                progress.say(String.format("the guest is up after %.1f s", seconds));
                boolean ended = work(jobs);
                end();
                return new Outcome(boot, seconds, ended, ended ? "" : "the guest did not come to the end of its jobs" + tail());
            }
            boolean hung = qemu.isAlive();
            end();
            trouble = (hung ? "the boot hangs after " + bootSeconds + " s" : "QEMU ended before the guest was up") + tail();
            progress.say("boot " + boot + " of " + TRIES + ": " + trouble);
        }
        return new Outcome(TRIES, 0, false, trouble);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        end();
    }

    private synchronized boolean start() throws IOException {
        if (closed) {
            return false;
        }
        File log = share.resolve("qemu.log").toFile();
        qemu = new ProcessBuilder(command).directory(share.toFile()).redirectInput(new File("/dev/null"))
                .redirectOutput(log).redirectErrorStream(true).start();
        return true;
    }

    /** Ends exactly the process that was started here. */
    private void end() {
        Process process;
        synchronized (this) {
            process = qemu;
        }
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean work(List<Job> jobs) throws InterruptedException {
        for (Job job : jobs) {
            // The guest keeps the limit of the job; that of the host is for a guest which hangs.
            if (!await("jobs/" + job.name() + "/exit", job.seconds() + MARGIN_SECONDS)) {
                return false;
            }
            progress.say("job " + job.name() + " is done");
        }
        return await("done", MARGIN_SECONDS) && qemu.waitFor(MARGIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for a file in the share; false when the time is over or QEMU has ended without it. */
    private boolean await(String name, long seconds) throws InterruptedException {
        Path file = share.resolve(name);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!Files.exists(file)) {
            if (System.nanoTime() > end) {
                return false;
            }
            if (qemu.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return Files.exists(file);
            }
        }
        return true;
    }

    /** What an earlier run left in the share, and nothing else: the folder is the user's. */
    private void clean() throws IOException {
        for (String name : List.of("ready", "done", "jobs.list", "jobs", "boot.log", "console.log", "qemu.log", "monitor.sock")) {
            Tree.delete(share.resolve(name));
        }
    }

    /** The ends of the logs. */
    private String tail() throws IOException {
        StringBuilder tail = new StringBuilder();
        for (String name : List.of("qemu.log", "console.log")) {
            Path log = share.resolve(name);
            if (Files.exists(log)) {
                List<String> lines = Files.readString(log, StandardCharsets.ISO_8859_1).lines()
                        .map(line -> line.replaceAll("[^\\x20-\\x7e]", "")).filter(line -> !line.isBlank()).toList();
                List<String> last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
                // What a kernel dies of stands above a long list of registers.
                Stream.concat(lines.stream().filter(line -> line.contains("panic") && !last.contains(line)), last.stream())
                        .forEach(line -> tail.append("\n  ").append(name).append(": ").append(line));
            }
        }
        return tail.toString();
    }

    /** QEMU's command line; it has to be started in the share. */
    static List<String> command(Path kernel, Path initramfs) {
        return List.of("qemu-system-x86_64", "-name", "sharebuf-lab", "-accel", "tcg,thread=multi", "-M", "q35,kernel-irqchip=off",
                "-cpu", "max", "-smp", "2", "-m", "2G", "-nodefaults", "-no-reboot", "-display", "none",
                "-device", "intel-iommu,intremap=on",
                "-device", "edu",
                "-device", "cirrus-vga,id=cirrus",
                "-device", "virtio-gpu-pci,id=virtio",
                "-device", "bochs-display,id=bochs",
                "-fsdev", "local,id=share,path=.,security_model=none,multidevs=remap",
                "-device", "virtio-9p-pci,fsdev=share,mount_tag=share",
                // The first serial port is the console. The second one is connected to QEMU's own monitor, through a socket.
                "-serial", "file:console.log",
                "-chardev", "socket,id=monitor,path=monitor.sock,server=on,wait=off",
                "-mon", "chardev=monitor,mode=readline",
                "-serial", "unix:monitor.sock",
                "-kernel", kernel.toString(), "-initrd", initramfs.toString(),
                // no_timer_check: on a busy machine the check of the timer's interrupt fails now and then, and the kernel panics.
                "-append", "console=ttyS0 quiet nokaslr panic=-1 mitigations=off no_timer_check intel_iommu=on");
    }
}
