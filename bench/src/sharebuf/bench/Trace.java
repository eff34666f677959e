package sharebuf.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * An allocation trace, as arrays with one entry an operation. Immutable after reading.
 *
 * <pre>
 *   # name=w4 region=2147483648 granule=4096 limits=256MiB,1GiB ids=1756 ops=165583
 *   A id size align maxaddr      take size bytes at a multiple of align, wholly below maxaddr (0: anywhere)
 *   F id                         give back; nothing if the A of this id failed
 *   # steady                     the part that is timed starts here
 * </pre>
 *
 * <p>Of the header only name, region and granule count. An id is used again after its F. A file whose name ends in {@code .gz} is unpacked.
 */
final class Trace {

    final String name;
    final long region;
    final long granule;

    /** The maxaddr that occur, ascending. */
    final long[] limits;

    /** Ids are 0 … ids-1. */
    final int ids;

    /** First operation of the timed part. */
    final int steady;

    final int ops;
    final int[] id;

    /** Bytes to take, 0 for giving back. */
    final long[] size;

    final long[] align;
    final long[] limit;

    private Trace(Reader read) {
        name = read.name;
        region = read.region;
        granule = read.granule;
        ids = read.ids;
        steady = Math.max(0, read.steady);
        ops = read.ops;
        id = Arrays.copyOf(read.id, ops);
        size = Arrays.copyOf(read.size, ops);
        align = Arrays.copyOf(read.align, ops);
        limit = Arrays.copyOf(read.limit, ops);
        limits = Arrays.stream(limit).filter(each -> each > 0 && each < region).distinct().sorted().toArray();
    }

    static Trace read(Path file) throws WrongCall {
        Reader reader = new Reader(file);
        try (InputStream raw = Files.newInputStream(file);
            InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
            BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.line(line);
            }
            reader.end();
        } catch (IOException e) {
            throw new WrongCall(file + ": cannot be read: " + e);
        }
        return new Trace(reader);
    }

    /** A trace that was made, not read. */
    static Trace of(String name, Iterable<String> lines) throws WrongCall {
        Reader reader = new Reader(Path.of(name));
        for (String line : lines) {
            reader.line(line);
        }
        reader.end();
        return new Trace(reader);
    }

    /** Takes the file line by line; every complaint names file, line and what is wrong. */
    private static final class Reader {
        private final Path file;
        private int lineNumber;
        private String name;
        private long region;
        private long granule;
        private int ids;
        private int steady = -1;
        private int ops;
        private int[] id = new int[1024];
        private long[] size = new long[1024];
        private long[] align = new long[1024];
        private long[] limit = new long[1024];
        private boolean[] taken = new boolean[1024];

        Reader(Path file) {
            this.file = file;
        }

        void line(String line) throws WrongCall {
            lineNumber++;
            String text = line.strip();
            if (text.isEmpty()) {
                return;
            }
            if (text.startsWith("#")) {
                comment(text.substring(1).strip());
                return;
            }
            if (region == 0) {
                throw wrong("an operation before the header with name=, region= and granule=");
            }
            String[] word = text.split("\\s+");
            switch (word[0]) {
                case "A" -> take(word);
                case "F" -> give(word);
                case "R" -> throw new WrongCall(file + " line " + lineNumber
                    + ": not yet: 2D (an R line asks for a rectangle)");
                default -> throw wrong("operation \"" + word[0] + "\" is none of A, F, R");
            }
        }

        void end() throws WrongCall {
            if (ops == 0) {
                throw wrong("the trace has no operation");
            }
        }

        private void take(String[] word) throws WrongCall {
            need(word, 5, "A id size align maxaddr");
            int which = id(word[1]);
            if (taken[which]) {
                throw wrong("id " + which + " is taken already");
            }
            taken[which] = true;
            long bytes = number(word[2], "size", 1);
            long alignment = number(word[3], "align", 1);
            if (Long.bitCount(alignment) != 1) {
                throw wrong("align " + alignment + " is not a power of two");
            }
            add(which, bytes, alignment, number(word[4], "maxaddr", 0));
        }

        private void give(String[] word) throws WrongCall {
            need(word, 2, "F id");
            int which = id(word[1]);
            if (!taken[which]) {
                throw wrong("id " + which + " is not taken");
            }
            taken[which] = false;
            add(which, 0, 0, 0);
        }

        private void add(int which, long bytes, long alignment, long maxaddr) {
            if (ops == id.length) {
                id = Arrays.copyOf(id, 2 * ops);
                size = Arrays.copyOf(size, 2 * ops);
                align = Arrays.copyOf(align, 2 * ops);
                limit = Arrays.copyOf(limit, 2 * ops);
            }
            id[ops] = which;
            size[ops] = bytes;
            align[ops] = alignment;
            limit[ops] = maxaddr;
            ops++;
        }

        private void comment(String text) throws WrongCall {
            if (text.equals("steady")) {
                if (steady >= 0) {
                    throw wrong("a second # steady");
                }
                steady = ops;
                return;
            }
            if (!text.startsWith("name=")) {
                return;
            }
            for (String pair : text.split("\\s+")) {
                String value = pair.substring(pair.indexOf('=') + 1);
                switch (pair.substring(0, Math.max(0, pair.indexOf('=')))) {
                    case "name" -> name = value;
                    case "region" -> region = number(value, "region", 1);
                    case "granule" -> granule = number(value, "granule", 1);
                    default -> { }
                }
            }
            if (region == 0 || granule == 0) {
                throw wrong("the header needs region= and granule=");
            }
            if (Long.bitCount(granule) != 1 || region % granule != 0 || region / granule > Integer.MAX_VALUE) {
                throw wrong("region " + region + " is not 1 … " + Integer.MAX_VALUE + " granules of " + granule
                    + ", a power of two");
            }
        }

        private int id(String word) throws WrongCall {
            long value = number(word, "id", 0);
            if (value > 1 << 26) {
                throw wrong("id " + value + " is larger than " + (1 << 26) + "; ids count from 0");
            }
            int which = (int) value;
            if (which >= taken.length) {
                taken = Arrays.copyOf(taken, Math.max(which + 1, 2 * taken.length));
            }
            ids = Math.max(ids, which + 1);
            return which;
        }

        private long number(String word, String what, long least) throws WrongCall {
            try {
                long value = Long.parseLong(word);
                if (value >= least) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw wrong(what + " \"" + word + "\" is not a number");
            }
            throw wrong(what + " " + word + " is less than " + least);
        }

        private void need(String[] word, int count, String form) throws WrongCall {
            if (word.length != count) {
                throw wrong("expected \"" + form + "\", found " + word.length + " words");
            }
        }

        private WrongCall wrong(String what) {
            return new WrongCall(file + " line " + lineNumber + ": " + what);
        }
    }
}
