package sharebuf.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * QEMU with the guest in it. Its working folder is the share: what the guest, QEMU's monitor and this machine write there is seen by
 * all three. A folder in it has the name of the machine and is the place of logs and of the files by which guest and host wait for each
 * other, {@code jobs/} that of results. A boot that hangs or panics before the guest says "ready" is tried again. Confined to one
 * thread, but {@link #close} may come from any.
 */
final class Emulator implements AutoCloseable {
    private static final int TRIES = 3;
    /** A boot takes 4 s on a quiet machine, and was seen to take 50 s on a busy one. */
    static final long BOOT_SECONDS = 120;
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
     * @param cpu         seconds of this machine's CPUs that QEMU needed for each job, if it was there to be asked: what it takes where nothing else runs
     */
    record Outcome(int boots, double bootSeconds, boolean ended, String trouble, Map<String, Double> cpu) {
    }

    private final List<String> command;
    private final Path share;
    private final Path place;
    private final long bootSeconds;
    private final Progress progress;
    private Process qemu;
    private boolean closed;

    /**
     * Prepares, starts nothing.
     *
     * @param command     starts QEMU
     * @param share       its working folder
     * @param machine     name of its folder there
     * @param bootSeconds limit of a boot
     * @param progress    to tell
     */
    Emulator(List<String> command, Path share, String machine, long bootSeconds, Progress progress) {
        this.command = command;
        this.share = share;
        this.place = share.resolve(machine);
        this.bootSeconds = bootSeconds;
        this.progress = progress;
    }

    /** Boots, up to three times, and waits until the guest worked through the jobs. */
    Outcome run(List<Job> jobs) throws IOException, InterruptedException {
        StringBuilder lines = new StringBuilder();
        jobs.forEach(job -> lines.append(job.line()));
        String trouble = "";
        for (int boot = 1; boot <= TRIES; boot++) {
            clean(jobs);
            Files.writeString(place.resolve("jobs.list"), lines);
            long start = System.nanoTime();
            if (!start()) {
                return new Outcome(boot, 0, false, "interrupted", Map.of());
            }
            if (await(place.resolve("ready"), bootSeconds)) {
                double seconds = (System.nanoTime() - start) / 1e9;
                progress.say(String.format("the guest is up after %.1f s", seconds));
                Map<String, Double> cpu = new HashMap<>();
                boolean ended = work(jobs, cpu);
                end();
                return new Outcome(boot, seconds, ended, ended ? "" : "the guest did not come to the end of its jobs" + tail(), cpu);
            }
            boolean hung = qemu.isAlive();
            end();
            trouble = (hung ? "the boot hangs after " + bootSeconds + " s" : "QEMU ended before the guest was up") + tail();
            progress.say("boot " + boot + " of " + TRIES + ": " + trouble);
        }
        return new Outcome(TRIES, 0, false, trouble, Map.of());
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
        File log = place.resolve("qemu.log").toFile();
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

    private boolean work(List<Job> jobs, Map<String, Double> cpu) throws InterruptedException {
        double before = cpuSeconds().orElse(0);
        for (Job job : jobs) {
            // The guest keeps the limit of the job; that of the host is for a guest which hangs.
            if (!await(share.resolve("jobs").resolve(job.name()).resolve("exit"), job.seconds() + MARGIN_SECONDS)) {
                return false;
            }
            OptionalDouble now = cpuSeconds();
            if (now.isPresent()) {
                cpu.put(job.name(), now.getAsDouble() - before);
                before = now.getAsDouble();
            }
            progress.say("job " + job.name() + " is done");
        }
        return await(place.resolve("done"), MARGIN_SECONDS) && qemu.waitFor(MARGIN_SECONDS, TimeUnit.SECONDS);
    }

    /** What QEMU needed until now; nobody knows it when it has ended, as it soon has after the last job. */
    private OptionalDouble cpuSeconds() {
        return qemu.info().totalCpuDuration().stream().mapToDouble(time -> time.toMillis() / 1e3).findFirst();
    }

    /** Waits for a file in the share; false when the time is over or QEMU has ended without it. */
    private boolean await(Path file, long seconds) throws InterruptedException {
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

    /** What an earlier boot left in the share, and nothing else: the folder is the user's. */
    private void clean(List<Job> jobs) throws IOException {
        Tree.fresh(place);
        for (Job job : jobs) {
            Tree.delete(share.resolve("jobs").resolve(job.name()));
        }
    }

    /** The ends of the logs. */
    private String tail() throws IOException {
        StringBuilder tail = new StringBuilder();
        for (String name : List.of("qemu.log", "console.log")) {
            Path log = place.resolve(name);
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
}
