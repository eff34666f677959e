package sharebuf.deploy.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.Deployer.Change;
import sharebuf.deployment.PluginFolder.Event;
import sharebuf.deployment.PluginFolder.Jar;
import sharebuf.deployment.PluginFolder.What;

/**
 * Makes the framework follow a folder. Each {@link #scan} is one look:
 *
 * <pre>
 *   a jar was written to less than SETTLE ago   nothing yet
 *   it is quiet but not complete                nothing yet; after PATIENCE that is said, once
 *   its symbolic name is new                    installed
 *   it stands where another jar ran, or its
 *   name is that of a bundle which runs         swapped
 *   two jars of one name                        the second is refused, and swapped in when the first goes
 *   a jar went, and stays away for SETTLE       uninstalled; when the same bytes come under another name: renamed
 *   the folder went                             nothing: who unmounts a disk does not mean to stop a camera
 * </pre>
 *
 * <p>What is refused is said once and tried again when the file changes. Confined to one thread, but for {@link #jars}.
 */
final class FolderScanner {
    /** A file that nobody wrote to for so long is believed to be finished, and one that is away for so long to be gone. */
    static final Duration SETTLE = Duration.ofMillis(500);
    /** A jar that is quiet and still not complete after so long is told. */
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /** A plug-in is code; what is larger was dropped by mistake. In bytes. */
    static final long LARGEST = 256L << 20;

    private static final Jar UNREAD = new Jar("", "", "", "");

    /** How far a file has come. */
    private enum Status {
        /** It may still be written to, or was not looked at yet. */
        FRESH,
        /** It is quiet and not complete. */
        INCOMPLETE,
        /** It imports what is not there; tried again when a bundle comes. */
        UNMET,
        /** Another file has its bundle; tried again when that goes. */
        DUPLICATE,
        /** Dealt with, one way or the other, until it changes. */
        DONE
    }

    /** What is known of a file. */
    private static final class Seen {
        private FileStat stat;
        private long sinceNanos;
        private Status status = Status.FRESH;
        private String said = "";
        private boolean away;

        private Seen(FileStat stat, long now) {
            this.stat = stat;
            sinceNanos = now;
        }
    }

    /** A jar that runs, with the copy it was installed from. */
    private record Running(Jar jar, Staging.Copy copy) {
    }

    private final Path folder;
    private final Staging staging;
    private final Bundles bundles;
    private final Time time;
    private final Consumer<Event> hear;
    private final Map<String, Seen> files = new TreeMap<>();
    private final Map<String, Running> running = new TreeMap<>();
    private volatile List<Jar> jars = List.of();
    private boolean folderAway;

    FolderScanner(Path folder, Staging staging, Bundles bundles, Time time, Consumer<Event> hear) {
        this.folder = folder;
        this.staging = staging;
        this.bundles = bundles;
        this.time = time;
        this.hear = hear;
    }

    /** What runs because it lies in the folder, by name of the file. */
    List<Jar> jars() {
        return jars;
    }

    /**
     * Looks once, and does what follows from it.
     *
     * @return how long until a file may be finished or given up that nobody touches meanwhile; empty when nothing is under way
     */
    Optional<Duration> scan() {
        Map<String, FileStat> now;
        try {
            now = FileStat.list(folder);
        } catch (IOException e) {
            if (!folderAway) {
                folderAway = true;
                say(folder.toString(), What.FOLDER, UNREAD, "the plug-in folder cannot be read (" + e + "); what ran runs on, and it is looked for again", 0);
            }
            return Optional.empty();
        }
        if (folderAway) {
            folderAway = false;
            say(folder.toString(), What.FOLDER, UNREAD, "the plug-in folder is there again", 0);
        }
        note(now);
        boolean changed;
        do {
            changed = false;
            for (Map.Entry<String, Seen> each : files.entrySet()) {
                changed |= !each.getValue().away && due(each.getValue()) && examine(each.getKey(), each.getValue());
            }
            changed |= removals();
            if (changed) {
                files.values().stream().filter(s -> s.status == Status.UNMET || s.status == Status.DUPLICATE).forEach(s -> s.status = Status.FRESH);
            }
        } while (changed);
        publish();
        return next();
    }

    /** Compares with what was seen before. */
    private void note(Map<String, FileStat> now) {
        long nanos = time.nanos();
        now.forEach((name, stat) -> {
            Seen seen = files.computeIfAbsent(name, n -> new Seen(stat, nanos));
            if (!seen.stat.equals(stat)) {
                seen.sinceNanos = nanos;
                seen.status = Status.FRESH;
                seen.said = "";
                seen.stat = stat;
            }
            seen.away = false;
        });
        files.forEach((name, seen) -> {
            if (!now.containsKey(name) && !seen.away) {
                seen.away = true;
                seen.sinceNanos = nanos;
                // When it comes back it is a file like any other, even if it looks the same.
                seen.status = Status.FRESH;
                seen.said = "";
            }
        });
    }

    private boolean due(Seen seen) {
        return switch (seen.status) {
            case FRESH -> quiet(seen);
            case INCOMPLETE -> seen.said.isEmpty() && lasted(seen).compareTo(PATIENCE) >= 0;
            case UNMET, DUPLICATE, DONE -> false;
        };
    }

    /** Nobody wrote to it for a while: either we watched, or its time says so. */
    private boolean quiet(Seen seen) {
        Instant modified = seen.stat.modified().toInstant();
        return lasted(seen).compareTo(SETTLE) >= 0 || !modified.plus(SETTLE).isAfter(time.wall());
    }

    private Duration lasted(Seen seen) {
        return Duration.ofNanos(time.nanos() - seen.sinceNanos);
    }

    /** Takes a file that is quiet. True when the bundles are others now. */
    private boolean examine(String name, Seen seen) {
        if (seen.stat.kind() != FileStat.Kind.JAR) {
            seen.status = Status.DONE;
            once(seen, name, seen.stat.kind() == FileStat.Kind.UNREADABLE ? What.REFUSED : What.IGNORED, UNREAD, name + " is " + seen.stat.kind().words);
            return false;
        }
        if (seen.stat.size() > LARGEST) {
            seen.status = Status.DONE;
            once(seen, name, What.REFUSED, UNREAD, name + " has " + seen.stat.size() + " bytes; a plug-in has at most " + LARGEST);
            return false;
        }
        Staging.Copy copy;
        try {
            copy = staging.copy(folder.resolve(name));
        } catch (IOException e) {
            return incomplete(name, seen, "it cannot be copied: " + e);
        }
        boolean kept = false;
        try {
            if (!FileStat.of(folder.resolve(name), name).equals(Optional.of(seen.stat))) {
                return false; // written to, or gone, while it was copied: the next look tells
            }
            kept = switch (JarFacts.read(copy.file())) {
                case JarFacts.Reading.Incomplete(String why) -> incomplete(name, seen, why);
                case JarFacts.Reading.Wrong(String why) -> {
                    seen.status = Status.DONE;
                    once(seen, name, What.REFUSED, UNREAD, name + " is no plug-in: " + why);
                    yield false;
                }
                case JarFacts.Reading.Bundle(JarFacts facts) -> take(name, seen, facts, copy);
            };
            return kept;
        } finally {
            if (!kept) {
                staging.delete(copy);
            }
        }
    }

    private boolean incomplete(String name, Seen seen, String why) {
        if (seen.status == Status.INCOMPLETE) {
            once(seen, name, What.WAITING, UNREAD, name + " is not complete: " + why + "; it is taken as soon as it is");
        }
        seen.status = Status.INCOMPLETE;
        return false;
    }

    /** Takes a complete bundle. True when it runs now. */
    private boolean take(String name, Seen seen, JarFacts facts, Staging.Copy copy) {
        seen.status = Status.DONE;
        Jar jar = new Jar(name, facts.bundle(), facts.version(), copy.sha256());
        Optional<Running> here = Optional.ofNullable(running.get(name));
        if (here.isPresent() && here.get().jar().sha256().equals(copy.sha256())) {
            return false; // touched, or written again as it was
        }
        Optional<Jar> owner = running.values().stream().map(Running::jar).filter(j -> j.bundle().equals(facts.bundle())).findFirst();
        if (owner.isPresent() && !owner.get().file().equals(name)) {
            if (!files.get(owner.get().file()).away) {
                seen.status = Status.DUPLICATE;
                once(seen, name, What.REFUSED, jar, name + " is bundle " + facts.bundle() + " " + facts.version() + ", which runs from " + owner.get().file()
                        + " already; take one of the two out");
                return false;
            }
            if (owner.get().sha256().equals(copy.sha256()) && here.isEmpty()) {
                staging.delete(running.remove(owner.get().file()).copy());
                running.put(name, new Running(jar, copy));
                say(name, What.RENAMED, jar, owner.get().file() + " is " + name + " now; " + facts.bundle() + " " + facts.version() + " runs on", 0);
                return true;
            }
        }
        Optional<String> unmet = bundles.unmet(facts);
        if (unmet.isPresent()) {
            seen.status = Status.UNMET;
            once(seen, name, What.REFUSED, jar, name + ", bundle " + facts.bundle() + " " + facts.version() + ", does not fit: " + unmet.get());
            return false;
        }
        Optional<String> replaced = owner.map(Jar::bundle).or(() -> here.map(h -> h.jar().bundle()))
                .or(() -> bundles.version(facts.bundle()).map(version -> facts.bundle()));
        Change change = attempt(() -> replaced.isPresent() ? bundles.swap(replaced.get(), copy.file()) : bundles.install(copy.file()));
        if (!change.done()) {
            say(name, What.REFUSED, jar, name + " is not taken: " + change.message(), change.micros());
            return false;
        }
        owner.map(o -> running.remove(o.file())).ifPresent(r -> staging.delete(r.copy()));
        Optional<Running> before = Optional.ofNullable(running.put(name, new Running(jar, copy)));
        say(name, replaced.isPresent() ? What.SWAPPED : What.INSTALLED, jar, change.message(), change.micros());
        // What this file ran before was replaced just now, or stands in it no longer.
        before.ifPresent(was -> end(name, was, replaced.equals(Optional.of(was.jar().bundle()))));
        return true;
    }

    private void end(String name, Running was, boolean replaced) {
        if (!replaced) {
            Change change = attempt(() -> bundles.uninstall(was.jar().bundle()));
            say(name, change.done() ? What.REMOVED : What.REFUSED, was.jar(), name + " has " + was.jar().bundle() + " no longer: " + change.message(),
                    change.micros());
        }
        staging.delete(was.copy());
    }

    /** What fails in the framework is an outcome like any other: the next file is not to blame. */
    private static Change attempt(Supplier<Change> change) {
        try {
            return change.get();
        } catch (RuntimeException e) {
            return new Change(false, e.toString(), 0);
        }
    }

    /** Uninstalls what was taken out. True when it was. */
    private boolean removals() {
        List<String> gone = new ArrayList<>();
        files.forEach((name, seen) -> {
            if (seen.away && lasted(seen).compareTo(SETTLE) >= 0) {
                gone.add(name);
            }
        });
        boolean changed = false;
        for (String name : gone) {
            changed |= succeeded(name);
            files.remove(name);
            Running was = running.remove(name);
            if (was != null) {
                Change change = attempt(() -> bundles.uninstall(was.jar().bundle()));
                staging.delete(was.copy());
                say(name, change.done() ? What.REMOVED : What.REFUSED, was.jar(), name + " was taken out: " + change.message(), change.micros());
                changed = true;
            }
        }
        return changed;
    }

    /** Swaps in what waits beside a file that went. True when something did. */
    private boolean succeeded(String gone) {
        if (!running.containsKey(gone)) {
            return false;
        }
        boolean changed = false;
        for (Map.Entry<String, Seen> each : files.entrySet()) {
            Seen seen = each.getValue();
            changed |= seen.status == Status.DUPLICATE && !seen.away && examine(each.getKey(), seen);
        }
        return changed;
    }

    private Optional<Duration> next() {
        Duration next = null;
        for (Seen seen : files.values()) {
            Duration left = null;
            if (seen.away || seen.status == Status.FRESH) {
                left = SETTLE.minus(lasted(seen));
            } else if (seen.status == Status.INCOMPLETE && seen.said.isEmpty()) {
                left = PATIENCE.minus(lasted(seen));
            }
            if (left != null && (next == null || left.compareTo(next) < 0)) {
                next = left;
            }
        }
        return Optional.ofNullable(next).map(d -> d.isNegative() ? Duration.ZERO : d);
    }

    private void once(Seen seen, String name, What what, Jar jar, String message) {
        if (!seen.said.equals(message)) {
            seen.said = message;
            say(name, what, jar, message, 0);
        }
    }

    private void publish() {
        jars = running.values().stream().map(Running::jar).toList();
    }

    /** Whoever hears of a change, and asks what runs, hears of the same. */
    private void say(String name, What what, Jar jar, String message, long micros) {
        publish();
        try {
            hear.accept(new Event(name, what, jar, message, micros));
        } catch (RuntimeException e) {
            return; // whoever listens badly must not keep plug-ins from being installed
        }
    }
}
