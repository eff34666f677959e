package sharebuf.device;

/**
 * Names a use: {@code device:use}, or the device alone where the use bears the device's name.
 *
 * <p>Immutable; ordered by its text.
 *
 * @param device name of the device: letters, digits, {@code . _ -}
 * @param use name of the use, the same letters
 */
public record UseId(String device, String use) implements Comparable<UseId> {
    private static final java.util.regex.Pattern NAME = java.util.regex.Pattern.compile("[A-Za-z0-9._-]+");

    /** Checks both names. */
    public UseId {
        if (!NAME.matcher(device).matches() || !NAME.matcher(use).matches()) {
            throw new IllegalArgumentException("use '" + device + ":" + use + "': letters, digits, . _ - on both sides of the colon");
        }
    }

    /**
     * Reads {@code device:use} or {@code device}.
     *
     * @param text the text
     * @return the name
     */
    public static UseId parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? new UseId(text, text) : new UseId(text.substring(0, colon), text.substring(colon + 1));
    }

    @Override
    public int compareTo(UseId o) {
        return toString().compareTo(o.toString());
    }

    @Override
    public String toString() {
        return device.equals(use) ? device : device + ":" + use;
    }
}
