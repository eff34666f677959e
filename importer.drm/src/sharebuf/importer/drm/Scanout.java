package sharebuf.importer.drm;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;

/**
 * Which buffers the display may be reading, and their fences. A buffer is read from the call that shows it until the event of the flip
 * that replaces it:
 *
 * <pre>
 *   show(a)   flip(b)   event(b)   flip(c)   event(c)   off
 *   a begins  b begins  a ends     c begins  b ends     c ends
 * </pre>
 *
 * <p>A successor learns from the driver what is on the screen, not whether a flip is on its way. So the fences of all other buffers are in
 * doubt ({@link #adopt}) until an event comes, or the driver takes a flip or a mode, which it does only when none was.
 *
 * <p>Events come in the order of their flips. An event whose flip is not waited for (the display was switched off meanwhile) ends
 * nothing. No ioctl here: guarded by the lock of its owner.
 */
final class Scanout {
    private final Fences fences;
    private final UseId use;
    private final ArrayDeque<Flip> pending = new ArrayDeque<>();
    private final Set<BufferId> doubtful = new HashSet<>();
    private Optional<Shown> current = Optional.empty();

    /**
     * A framebuffer and its buffer.
     *
     * @param real what the card calls the framebuffer
     */
    record Shown(int framebuffer, int real, BufferId buffer) {
    }

    private record Flip(Shown shown, long userData) {
    }

    Scanout(Fences fences, UseId use) {
        this.fences = fences;
        this.use = use;
    }

    void begin(BufferId buffer) {
        fences.begin(use, buffer); // refused, it leaves everything as it was
        doubtful.remove(buffer);
    }

    /** Takes over from another instance, whose fences are begun. */
    void adopt(Optional<Shown> onScreen, Collection<BufferId> attached) {
        pending.clear();
        current = onScreen;
        doubtful.clear();
        doubtful.addAll(attached);
        onScreen.ifPresent(s -> doubtful.remove(s.buffer));
    }

    /** Whether a flip of another instance may be on its way. */
    boolean isInDoubt() {
        return !doubtful.isEmpty();
    }

    /** The flip of another instance is done: this is on the screen now, its fence begun by that instance. */
    void resolve(Optional<Shown> onScreen) {
        Optional<BufferId> now = onScreen.map(Shown::buffer);
        current.filter(s -> !now.equals(Optional.of(s.buffer))).ifPresent(s -> fences.complete(use, s.buffer));
        now.ifPresent(doubtful::remove);
        current = onScreen;
        clearDoubt();
    }

    private void clearDoubt() {
        doubtful.forEach(buffer -> fences.complete(use, buffer));
        doubtful.clear();
    }

    /** The driver refused what {@link #begin} was called for. */
    void refused(BufferId buffer) {
        fences.complete(use, buffer);
    }

    /** A framebuffer is on the screen; what was there, and flips that were on their way, are over. */
    void shown(Shown next) {
        off();
        current = Optional.of(next);
    }

    /** A flip is on its way. */
    void flipping(Shown next, long userData) {
        clearDoubt();
        pending.add(new Flip(next, userData));
    }

    boolean isFlipping() {
        return !pending.isEmpty();
    }

    /** Whether the card may be reading what it calls so. */
    boolean reads(int real) {
        return isInDoubt() || current.filter(s -> s.real == real).isPresent() || pending.stream().anyMatch(f -> f.shown.real == real);
    }

    /** What was asked for last. */
    Optional<Shown> last() {
        return pending.isEmpty() ? current : Optional.of(pending.getLast().shown);
    }

    /** An event came: the flip with that number, and those before it, are done. False when no such flip is waited for. */
    boolean flipped(long userData) {
        boolean known = pending.stream().anyMatch(f -> f.userData == userData);
        if (known) {
            boolean last;
            do {
                Flip flip = pending.remove();
                last = flip.userData == userData;
                end();
                current = Optional.of(flip.shown);
            } while (!last);
        }
        return known;
    }

    /** The screen is dark. */
    void off() {
        clearDoubt();
        end();
        current = Optional.empty();
        while (!pending.isEmpty()) {
            fences.complete(use, pending.remove().shown.buffer);
        }
    }

    /** A framebuffer was removed, from the screen too. */
    void removed(int framebuffer) {
        if (current.filter(s -> s.framebuffer == framebuffer).isPresent()) {
            end();
            current = Optional.empty();
        }
        for (Iterator<Flip> i = pending.iterator(); i.hasNext();) {
            Shown shown = i.next().shown;
            if (shown.framebuffer == framebuffer) {
                i.remove();
                fences.complete(use, shown.buffer);
            }
        }
    }

    /** All framebuffers of these buffers were removed: what was in doubt of them is not any more. */
    void gone(Collection<BufferId> buffers) {
        buffers.stream().filter(doubtful::remove).forEach(buffer -> fences.complete(use, buffer));
    }

    private void end() {
        current.ifPresent(s -> fences.complete(use, s.buffer));
    }
}
