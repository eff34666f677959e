package sharebuf.platform.linux;

import sharebuf.plugin.Quantity;

/** Values of a configuration, checked: a wrong one is told with PID, key, value and what is allowed. */
record Settings(String pid) {

    long quantity(String key, String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(pid + ": " + key + " = " + text + ": " + e.getMessage(), e);
        }
    }

    void check(boolean ok, String key, Object value, String allowed) {
        if (!ok) {
            throw new IllegalArgumentException(pid + ": " + key + " = " + value + ": allowed is " + allowed);
        }
    }

    /** Bytes of a region. */
    long size(String text, long granule) {
        long size = quantity("size", text);
        check(size > 0 && size % granule == 0, "size", text, "a multiple of " + granule + ", at least that and below 2^63");
        return size;
    }

    /** Bytes that a region keeps. */
    long recycle(String text) {
        long bytes = quantity("recycle", text);
        check(bytes >= 0, "recycle", text, "0 (nothing is kept) or more, below 2^63");
        return bytes;
    }

    void seat(String text) {
        check(text.equals("required") || text.equals("vacant"), "seat", text, "required or vacant");
    }
}
