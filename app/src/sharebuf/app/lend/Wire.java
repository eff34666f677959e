package sharebuf.app.lend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Lent;
import sharebuf.format.PlaneLayout;

/**
 * What lender and taker say to each other: lines of words in ASCII, one message a packet. Numbers are decimal. The document that other
 * programs are written from is docs/lending.md.
 *
 * <p>Immutable.
 */
sealed interface Wire {
    /** The most bytes of a message. */
    int MAX_BYTES = 1024;
    /** The most objects of a buffer, and so descriptors of a message; the kernel's DRM takes as many planes. */
    int MAX_OBJECTS = 4;
    /** The most bytes of the taker's name. */
    int MAX_NAME = 64;

    /**
     * The taker's first message.
     *
     * @param name who it is
     */
    record Take(String name) implements Wire {
        /** Checks the values. */
        public Take {
            check(name.matches("[\\x21-\\x7e]{1," + MAX_NAME + "}"), "name", name, "1 to " + MAX_NAME + " visible ASCII characters, no space");
        }
    }

    /**
     * A buffer; its descriptors come along, one an object.
     *
     * @param id its number, at least 1
     * @param fourcc of DRM, four characters
     * @param width in pixels
     * @param height in pixels
     * @param objects one a descriptor
     * @param planes in the order of the format
     */
    record Buffer(long id, String fourcc, int width, int height, List<Place> objects, List<PlaneLayout> planes) implements Wire {
        /** Checks the values; copies the lists. */
        public Buffer {
            objects = List.copyOf(objects);
            planes = List.copyOf(planes);
            check(id >= 1, "buffer", id, "at least 1");
            check(fourcc.matches("[\\x21-\\x7e]{4}"), "format", fourcc, "four visible ASCII characters");
            check(width >= 1 && width <= BufferSpec.MAX_SIDE && height >= 1 && height <= BufferSpec.MAX_SIDE, "size", width + "x" + height, "each side from 1 to " + BufferSpec.MAX_SIDE);
            check(!objects.isEmpty() && objects.size() <= MAX_OBJECTS, "objects", objects.size(), "1 to " + MAX_OBJECTS);
            check(!planes.isEmpty() && planes.size() <= MAX_OBJECTS, "planes", planes.size(), "1 to " + MAX_OBJECTS);
            for (PlaneLayout plane : planes) {
                check(plane.object() < objects.size(), "plane in object", plane.object(), "below " + objects.size());
                long room = objects.get(plane.object()).size();
                check(plane.offset() + plane.size() <= room, "plane", plane, "inside of its object of " + room + " bytes");
            }
        }
    }

    /**
     * Where an object is in what its descriptor names.
     *
     * @param kind what that is
     * @param offset of its first byte
     * @param size in bytes
     */
    record Place(Lent.Kind kind, long offset, long size) {
        /** Checks the values. */
        public Place {
            Objects.requireNonNull(kind, "kind");
            check(offset >= 0 && size >= 1 && size <= BufferSpec.MAX_BYTES && offset <= Long.MAX_VALUE - size, "object", offset + "+" + size, "offset at least 0, size 1 to "
                    + BufferSpec.MAX_BYTES);
        }
    }

    /**
     * A buffer is filled: it is the taker's until the release.
     *
     * @param buffer which
     * @param number of the frame
     */
    record Frame(long buffer, long number) implements Wire {
        /** Checks the values. */
        public Frame {
            check(buffer >= 1 && number >= 0, "frame", buffer + " " + number, "a buffer from 1, a number from 0");
        }
    }

    /**
     * The taker is done with a frame.
     *
     * @param buffer which
     * @param number of the frame
     */
    record Release(long buffer, long number) implements Wire {
        /** Checks the values. */
        public Release {
            check(buffer >= 1 && number >= 0, "release", buffer + " " + number, "a buffer from 1, a number from 0");
        }
    }

    /** There are no more frames: the taker gives everything back and closes. */
    record End() implements Wire {
    }

    /** The message as bytes. */
    default byte[] bytes() {
        String text = switch (this) {
            case Take(String name) -> "take " + name + "\n";
            case Buffer b -> {
                StringBuilder s = new StringBuilder("buffer " + b.id + " " + b.fourcc + " " + b.width + " " + b.height + " " + b.objects.size() + " " + b.planes.size() + "\n");
                b.objects.forEach(o -> s.append("object ").append(word(o.kind)).append(' ').append(o.offset).append(' ').append(o.size).append('\n'));
                b.planes.forEach(p -> s.append("plane ").append(p.object()).append(' ').append(p.offset()).append(' ').append(p.pitch()).append(' ').append(p.rows()).append('\n'));
                yield s.toString();
            }
            case Frame f -> "frame " + f.buffer + " " + f.number + "\n";
            case Release r -> "release " + r.buffer + " " + r.number + "\n";
            case End _ -> "end\n";
        };
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException when it is none, naming what, its value and what is allowed
     */
    static Wire parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        check(text.endsWith("\n"), "message", text, "lines that end");
        List<String[]> lines = text.lines().map(l -> l.split(" ", -1)).toList();
        String[] first = lines.getFirst();
        boolean one = lines.size() == 1;
        String what = first[0] + (one ? " " + first.length : "");
        return switch (what) {
            case "take 2" -> new Take(first[1]);
            case "frame 3" -> new Frame(number(first[1]), number(first[2]));
            case "release 3" -> new Release(number(first[1]), number(first[2]));
            case "end 1" -> new End();
            case "buffer" -> buffer(lines);
            default -> throw new IllegalArgumentException("message '" + text.strip() + "': take, buffer, frame, release or end with its numbers");
        };
    }

    private static Buffer buffer(List<String[]> lines) {
        String[] head = lines.getFirst();
        check(head.length == 7, "line", String.join(" ", head), "buffer ID FOURCC WIDTH HEIGHT OBJECTS PLANES");
        int objects = small(head[5]);
        int planes = small(head[6]);
        check(lines.size() == 1 + objects + planes, "lines", lines.size(), "one a buffer, object and plane");
        List<Place> places = new ArrayList<>();
        List<PlaneLayout> layouts = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] line = lines.get(i);
            if (i <= objects) {
                check(line[0].equals("object") && line.length == 4, "line", String.join(" ", line), "object KIND OFFSET SIZE");
                places.add(new Place(kind(line[1]), number(line[2]), number(line[3])));
            } else {
                check(line[0].equals("plane") && line.length == 5, "line", String.join(" ", line), "plane OBJECT OFFSET PITCH ROWS");
                try {
                    layouts.add(new PlaneLayout(small(line[1]), number(line[2]), number(line[3]), number(line[4])));
                } catch (ArithmeticException e) {
                    throw new IllegalArgumentException("plane " + String.join(" ", line) + ": larger than anything", e);
                }
            }
        }
        return new Buffer(number(head[1]), head[2], small(head[3]), small(head[4]), places, layouts);
    }

    private static String word(Lent.Kind kind) {
        return switch (kind) {
            case DMA_BUF -> "dma-buf";
            case MEMFD -> "memfd";
        };
    }

    private static Lent.Kind kind(String word) {
        return switch (word) {
            case "dma-buf" -> Lent.Kind.DMA_BUF;
            case "memfd" -> Lent.Kind.MEMFD;
            default -> throw new IllegalArgumentException("object of kind '" + word + "': dma-buf or memfd");
        };
    }

    private static int small(String text) {
        long number = number(text);
        check(number <= BufferSpec.MAX_SIDE, "number", text, "at most " + BufferSpec.MAX_SIDE);
        return (int) number;
    }

    private static long number(String text) {
        check(text.matches("\\d{1,18}"), "number", text, "decimal digits, at most 18");
        return Long.parseLong(text);
    }

    private static void check(boolean ok, String what, Object value, String allowed) {
        if (!ok) {
            throw new IllegalArgumentException(what + " " + value + ": allowed: " + allowed);
        }
    }
}
