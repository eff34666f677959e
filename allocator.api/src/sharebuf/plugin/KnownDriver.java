package sharebuf.plugin;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a {@link DriverFact} says, as data.
 *
 * <p>Immutable.
 *
 * @param driver name of the kernel driver
 * @param imports which memory it imports
 * @param givesToItself whether memory that it makes is for its own devices and the CPU only
 * @param maskBits width of the addresses that its devices send; empty when unknown
 * @param source where this is known from
 */
public record KnownDriver(String driver, Imports imports, boolean givesToItself, OptionalInt maskBits, String source) {
    /** Which memory a driver imports, the least demanding first. */
    public enum Imports {
        /** Nobody says. */
        UNKNOWN(""),
        /** Any pages. */
        ANY(DriverFact.ANY),
        /** One piece an object, unless an IOMMU makes it one. */
        CONTIGUOUS(DriverFact.CONTIGUOUS),
        /** Memory that it gave itself. */
        OWN(DriverFact.OWN);

        private final String word;

        Imports(String word) {
            this.word = word;
        }
    }

    /** Checks that nothing is null, and the width. */
    public KnownDriver {
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(imports, "imports");
        Objects.requireNonNull(source, "source");
        if (driver.isBlank()) {
            throw new IllegalArgumentException("driver '': the name of a kernel driver");
        }
        if (maskBits.isPresent() && (maskBits.getAsInt() < 1 || maskBits.getAsInt() > Long.SIZE)) {
            throw new IllegalArgumentException("driver " + driver + ": maskBits " + maskBits.getAsInt() + ": 1 to 64");
        }
    }

    /**
     * Reads the attributes of a capability.
     *
     * @param attributes of the namespace {@value DriverFact#NAMESPACE}
     * @return what they say
     * @throws IllegalArgumentException naming driver, attribute, value and what is allowed
     */
    public static KnownDriver of(Map<String, ?> attributes) {
        String driver = text(attributes, "driver");
        String word = text(attributes, "imports");
        for (Imports i : Imports.values()) {
            if (i.word.equals(word)) {
                int bits = bits(driver, attributes.get("maskBits"));
                return new KnownDriver(driver, i, gives(driver, text(attributes, "gives")), bits == 0 ? OptionalInt.empty() : OptionalInt.of(bits), text(attributes, "source"));
            }
        }
        throw new IllegalArgumentException("driver " + driver + ": imports '" + word + "': " + DriverFact.ANY + ", " + DriverFact.CONTIGUOUS + ", " + DriverFact.OWN + " or nothing");
    }

    private static boolean gives(String driver, String word) {
        if (!word.isEmpty() && !word.equals(DriverFact.OWN)) {
            throw new IllegalArgumentException("driver " + driver + ": gives '" + word + "': " + DriverFact.OWN + " or nothing");
        }
        return !word.isEmpty();
    }

    private static String text(Map<String, ?> attributes, String key) {
        return Objects.toString(attributes.get(key), "").strip();
    }

    private static int bits(String driver, Object value) {
        return switch (value) {
            case null -> 0;
            case Number n -> Math.toIntExact(n.longValue());
            case String s when s.matches("\\d{1,3}") -> Integer.parseInt(s);
            default -> throw new IllegalArgumentException("driver " + driver + ": maskBits '" + value + "': 1 to 64");
        };
    }

    /**
     * Both together, the more demanding where they differ.
     *
     * @param other of the same driver
     * @return what both allow
     */
    public KnownDriver and(KnownDriver other) {
        if (!driver.equals(other.driver)) {
            throw new IllegalArgumentException(driver + " and " + other.driver + " are two drivers");
        }
        OptionalInt bits = maskBits.isEmpty() ? other.maskBits : other.maskBits.isEmpty() ? maskBits
                : OptionalInt.of(Math.min(maskBits.getAsInt(), other.maskBits.getAsInt()));
        String sources = source.equals(other.source) ? source : source.compareTo(other.source) < 0 ? source + "; " + other.source : other.source + "; " + source;
        return new KnownDriver(driver, imports.compareTo(other.imports) < 0 ? other.imports : imports, givesToItself || other.givesToItself, bits, sources);
    }

    /**
     * The highest address that its devices send.
     *
     * @return unsigned, inclusive; empty when unknown
     */
    public OptionalLong mask() {
        return maskBits.isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(maskBits.getAsInt() == Long.SIZE ? -1 : (1L << maskBits.getAsInt()) - 1);
    }
}
