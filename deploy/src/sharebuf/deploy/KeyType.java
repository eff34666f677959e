package sharebuf.deploy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.device.DmaRange;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.memory.Span;

/**
 * What a key's value must look like; turns it into what the component gets: sums computed, empty holes left out.
 *
 * <p>Immutable.
 *
 * @param text as {@code keys.json} has it, without the mark
 * @param mandatory whether the key must be there
 */
record KeyType(String text, boolean mandatory) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern SIZES = Pattern.compile("(\\d{1,6})x(\\d{1,6})\\.\\.(\\d{1,6})x(\\d{1,6})(?:/(\\d{1,6})x(\\d{1,6}))?");

    /** One item of a list is wrong. */
    static final class WrongItem extends IllegalArgumentException {
        private static final long serialVersionUID = 1;
        /** The item. */
        final String item;

        WrongItem(String item, IllegalArgumentException why) {
            super(why.getMessage(), why);
            this.item = item;
        }
    }

    /** Reads a type. */
    static KeyType of(String text) {
        boolean mandatory = text.endsWith("!");
        return new KeyType(mandatory ? text.substring(0, text.length() - 1) : text, mandatory);
    }

    /** A part of a region that nobody may use, from the region's start. */
    static Span hole(String text) {
        String[] sides = text.split("(?<!\\s)\\+(?!\\s)", -1);
        if (sides.length != 2) {
            throw new IllegalArgumentException("offset+size, such as 0x0+64MiB, without blanks at that plus");
        }
        long size = Sums.parse(sides[1]);
        return size == 0 ? null : new Span(Sums.parse(sides[0]), size);
    }

    /** A window of a bus. */
    static DmaRange window(String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length != 3) {
            throw new IllegalArgumentException("bus address, CPU address and size with blanks between, such as 0xc0000000 0x0 1GiB");
        }
        long size = Sums.parse(parts[2]);
        if (size == 0) {
            throw new IllegalArgumentException("a window of at least 1 byte");
        }
        return new DmaRange(Sums.parse(parts[0]), Sums.parse(parts[1]), size);
    }

    /**
     * Checks a value.
     *
     * @param value String, Boolean or List of String, or {@link Json}
     * @return what the component gets
     * @throws IllegalArgumentException with what is allowed
     */
    Object check(Object value) {
        if (text.startsWith("list ")) {
            KeyType item = new KeyType(text.substring(5), false);
            return list(value, item::single);
        }
        return switch (text) {
            case "holes" -> list(value, KeyType::holeText).stream().filter(t -> !t.isEmpty()).toList();
            case "windows" -> list(value, t -> {
                window(t);
                return t;
            });
            case "boolean" -> truth(value);
            case "alternatives" -> tree(value);
            default -> {
                if (!(value instanceof String single)) {
                    throw new IllegalArgumentException("one text, not " + (value instanceof Boolean ? "true or false" : "an array"));
                }
                yield single(single);
            }
        };
    }

    /** Looked into where the device's wiring is known; configurations hold no objects, so it goes on as text. */
    private static Object tree(Object value) {
        return switch (value) {
            case Json tree -> tree;
            case List<?> none when none.isEmpty() -> new Json.Items(0, List.of());
            default -> throw new IllegalArgumentException("an array of objects, or an object with such an array by use");
        };
    }

    private static Object truth(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s when s.equals("true") || s.equals("false") -> Boolean.valueOf(s);
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    private static String holeText(String text) {
        Span hole = hole(text);
        return hole == null ? "" : "0x" + Long.toHexString(hole.base()) + "+" + Sums.text(hole.size());
    }

    private interface Item {
        String check(String text);
    }

    private static List<String> list(Object value, Item item) {
        if (!(value instanceof List<?> texts)) {
            throw new IllegalArgumentException("an array of texts");
        }
        List<String> out = new ArrayList<>();
        for (Object each : texts) {
            try {
                out.add(item.check((String) each));
            } catch (IllegalArgumentException e) {
                throw new WrongItem((String) each, e);
            }
        }
        return List.copyOf(out);
    }

    private String single(String value) {
        String kind = text.indexOf(' ') < 0 ? text : text.substring(0, text.indexOf(' '));
        return switch (kind) {
            case "text" -> value;
            case "format" -> require(PixelFormat.named(value).isPresent(), value, "formats of " + PixelFormat.known());
            case "name" -> require(NAME.matcher(value).matches(), value, "letters, digits, . _ -, at least one");
            case "quantity" -> Sums.text(Sums.parse(value));
            case "integer" -> integer(value);
            case "one" -> require(List.of(text.substring(7).split(" ")).contains(value), value, text);
            case "sizes" -> sizes(value);
            default -> throw new IllegalStateException("type '" + text + "' in keys.json");
        };
    }

    private String integer(String value) {
        String range = text.substring(text.indexOf(' ') + 1);
        String allowed = "an integer from " + range.replace("..", " to ");
        int dots = range.indexOf("..");
        require(value.matches("-?\\d{1,20}"), value, allowed);
        BigInteger number = new BigInteger(value);
        boolean inside = number.compareTo(new BigInteger(range.substring(0, dots))) >= 0
                && number.compareTo(new BigInteger(range.substring(dots + 2))) <= 0;
        return require(inside, value, allowed);
    }

    private static String sizes(String value) {
        String allowed = "WxH..WxH in pixels, with steps as /SxS, such as 32x32..4096x4096/2x2; 1 <= least <= largest, steps at least 1";
        Matcher m = SIZES.matcher(value);
        require(m.matches(), value, allowed);
        try {
            new SizeRange(number(m, 1), number(m, 3), m.group(5) == null ? 1 : number(m, 5), number(m, 2), number(m, 4),
                    m.group(6) == null ? 1 : number(m, 6));
            return value;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(allowed, e);
        }
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static String require(boolean ok, String value, String allowed) {
        if (!ok) {
            throw new IllegalArgumentException(allowed);
        }
        return value;
    }
}
