package sharebuf.buffer;

import java.util.List;
import java.util.Objects;

/**
 * Why something was refused: who asked for what, what was found, and what to type so that it works.
 *
 * <p>Immutable; made by {@link #of}. Texts are for people, {@code errno} for programs. A field that does not apply is the empty
 * text.
 *
 * @param errno what the kernel would return
 * @param device the device concerned
 * @param use its use
 * @param constraint what could not be met
 * @param found what there is
 * @param needed what was asked for
 * @param fix something to type (an option, a format, a count, a device) that makes the call succeed
 * @param allocators each allocator that was asked, with its reason
 */
public record Refusal(Errno errno, String device, String use, String constraint, String found, String needed, String fix,
        List<Reason> allocators) {

    /**
     * What one allocator said.
     *
     * @param name the allocator
     * @param reason why it does not serve the request
     */
    public record Reason(String name, String reason) {
        /** Checks that both are there. */
        public Reason {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Checks that nothing is null; copies the list. */
    public Refusal {
        Objects.requireNonNull(errno, "errno");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(constraint, "constraint");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(needed, "needed");
        Objects.requireNonNull(fix, "fix");
        allocators = List.copyOf(allocators);
    }

    /**
     * A refusal that concerns no device.
     *
     * @param errno what the kernel would return
     * @param constraint what could not be met
     * @param found what there is
     * @param needed what was asked for
     * @return the refusal, without a fix
     */
    public static Refusal of(Errno errno, String constraint, String found, String needed) {
        return new Refusal(errno, "", "", constraint, found, needed, "", List.of());
    }

    /**
     * The same about a use.
     *
     * @param device the device
     * @param use its use
     * @return a copy
     */
    public Refusal about(String device, String use) {
        return new Refusal(errno, device, use, constraint, found, needed, fix, allocators);
    }

    /**
     * The same with a fix.
     *
     * @param text what to type
     * @return a copy
     */
    public Refusal fixedBy(String text) {
        return new Refusal(errno, device, use, constraint, found, needed, text, allocators);
    }

    /**
     * The same with what allocators said.
     *
     * @param reasons one an allocator
     * @return a copy
     */
    public Refusal with(List<Reason> reasons) {
        return new Refusal(errno, device, use, constraint, found, needed, fix, reasons);
    }

    /**
     * All of it in one sentence for people.
     *
     * @return the text
     */
    public String message() {
        StringBuilder s = new StringBuilder(errno.name()).append(": ");
        if (!device.isEmpty()) {
            s.append(device);
            if (!use.isEmpty() && !use.equals(device)) {
                s.append(':').append(use);
            }
            s.append(": ");
        }
        s.append(constraint).append(": found ").append(found).append(", needed ").append(needed);
        allocators.forEach(a -> s.append("; ").append(a.name()).append(": ").append(a.reason()));
        if (!fix.isEmpty()) {
            s.append(". Fix: ").append(fix);
        }
        return s.toString();
    }

    @Override
    public String toString() {
        return message();
    }
}
