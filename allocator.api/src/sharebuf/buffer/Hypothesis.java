package sharebuf.buffer;

import java.util.Objects;
import sharebuf.device.UseId;

/**
 * What importing taught: a use took no memory of a region at a size. The kernel hides what its drivers demand, so this is all there is to
 * know of it, and it may be wrong: such memory is offered last, never left out.
 *
 * <p>Immutable.
 *
 * @param use who took none
 * @param allocator who chose the memory: the {@code service.pid} of the plug-in
 * @param region where it lay
 * @param size bytes of the object, exactly
 * @param alone whether it was refused by itself; false when it was refused together with other memory of the same buffer only, so that it
 *        may be innocent
 * @param errno what the importer said last
 * @param said the importer's words, as data
 * @param times how often in all, at least 1
 * @param ageMillis how long ago the last time was
 * @param taken how often it was taken since the last refusal: after a few times the hypothesis is dropped
 */
public record Hypothesis(UseId use, String allocator, String region, long size, boolean alone, Errno errno, String said, int times, long ageMillis,
        int taken) {
    /** Checks that nothing is null, and the numbers. */
    public Hypothesis {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(allocator, "allocator");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(errno, "errno");
        Objects.requireNonNull(said, "said");
        if (size < 1 || times < 1 || ageMillis < 0 || taken < 0) {
            throw new IllegalArgumentException(size + " bytes, " + times + " times, " + ageMillis + " ms, taken " + taken + ": at least 1, 1, 0, 0");
        }
    }

    /**
     * All of it in one sentence for people.
     *
     * @return the text
     */
    public String message() {
        return use + " took no memory of " + region + " at " + size + " bytes" + (alone ? "" : " beside memory of other regions") + ": " + errno + ", "
                + (times == 1 ? "once, " : times + " times, last ") + age() + " ago" + (taken == 0 ? "" : ", taken " + (taken == 1 ? "once" : taken + " times") + " since");
    }

    private String age() {
        long seconds = ageMillis / 1000;
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    @Override
    public String toString() {
        return message();
    }
}
