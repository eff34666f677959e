package sharebuf.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * A trace of rectangles in a container of slots, as arrays with one entry an operation. Immutable.
 *
 * <pre>
 *   # name=2d-75 w=256 h=128
 *   R id width height align      take a rectangle whose first column is a multiple of align
 *   F id                         give back; nothing if the R of this id failed
 *   # steady                     the part that is timed starts here
 * </pre>
 *
 * <p>An id is used again after its F. A file whose name ends in {@code .gz} is unpacked.
 */
final class SlotTrace {
    /** Pictures of 240 to 2160 lines in slots of 64 x 64 pixels at 8 bits, 64 x 32 at 16, with luma and chroma apart; each with how often it comes among 600. */
    private static final int[][] PICTURES = {{30, 17, 73}, {30, 9, 63}, {20, 12, 59}, {10, 8, 59}, {60, 34, 57}, {20, 6, 53}, {40, 23, 38}, {10, 4, 37}, {12, 9, 29},
            {20, 15, 26}, {12, 5, 25}, {5, 4, 24}, {5, 2, 20}, {23, 18, 18}, {60, 17, 11}, {120, 68, 8}};
    private static final int TURNED_PERCENT = 25;
    private static final int ALIGNED_PERCENT = 10;
    private static final int ALIGN = 4;
    private static final int FILL_OPS = 1_100;
    private static final int MOST_IDS = 1 << 20;

    final String name;
    final int width;
    final int height;
    final int ids;
    /** First operation of the timed part. */
    final int steady;
    final int ops;
    final int[] id;
    /** In slots; 0 for giving back. */
    final int[] w;
    final int[] h;
    final int[] align;

    private SlotTrace(String name, int width, int height, int steady, List<int[]> operations) {
        this.name = name;
        this.width = width;
        this.height = height;
        this.steady = steady;
        ops = operations.size();
        id = operations.stream().mapToInt(o -> o[0]).toArray();
        w = operations.stream().mapToInt(o -> o[1]).toArray();
        h = operations.stream().mapToInt(o -> o[2]).toArray();
        align = operations.stream().mapToInt(o -> o[3]).toArray();
        ids = Arrays.stream(id).max().orElse(-1) + 1;
    }

    /** Fills a container up, with more and more of it taken: until the first failure it shows what a placer makes of the space. */
    static SlotTrace fill(long seed) {
        return made("fill " + seed, seed, FILL_OPS, 0, 1.0);
    }

    /** Takes and gives back at a constant level. */
    static SlotTrace steady(long seed, int percent, int operations) {
        return made("steady " + percent, seed, operations, FILL_OPS, percent / 100.0);
    }

    private static SlotTrace made(String name, long seed, int operations, int rise, double level) {
        Random random = new Random(seed);
        int slots = 256 * 128;
        List<int[]> made = new ArrayList<>();
        List<int[]> live = new ArrayList<>();
        List<Integer> spare = new ArrayList<>();
        int ids = 0;
        int used = 0;
        for (int i = 0; i < operations + rise; i++) {
            double target = level * slots * Math.min(1, (double) i / (rise == 0 ? operations : rise));
            if (used <= target) {
                int id = spare.isEmpty() ? ids++ : spare.removeLast();
                int[] picture = picture(random, id);
                made.add(picture);
                live.add(picture);
                used += picture[1] * picture[2];
            } else {
                int which = random.nextInt(live.size());
                int[] gone = live.set(which, live.getLast());
                live.removeLast();
                made.add(new int[] {gone[0], 0, 0, 0});
                spare.add(gone[0]);
                used -= gone[1] * gone[2];
            }
        }
        return new SlotTrace(name, 256, 128, rise, made);
    }

    private static int[] picture(Random random, int id) {
        int which = random.nextInt(Arrays.stream(PICTURES).mapToInt(p -> p[2]).sum());
        int i = 0;
        while (which >= PICTURES[i][2]) {
            which -= PICTURES[i++][2];
        }
        boolean turned = random.nextInt(100) < TURNED_PERCENT;
        return new int[] {id, PICTURES[i][turned ? 1 : 0], PICTURES[i][turned ? 0 : 1], random.nextInt(100) < ALIGNED_PERCENT ? ALIGN : 1};
    }

    static SlotTrace read(Path file) throws WrongCall {
        int width = 256;
        int height = 128;
        int steady = 0;
        List<int[]> operations = new ArrayList<>();
        BitSet live = new BitSet();
        try (InputStream raw = Files.newInputStream(file); InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
            BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String[] words = line.strip().split("\\s+");
                switch (words[0]) {
                    case "" -> { }
                    case "#" -> {
                        if (line.startsWith("# steady")) {
                            steady = operations.size();
                        }
                        for (String word : words) {
                            width = word.startsWith("w=") ? number(file, number, word.substring(2), 1, 256) : width;
                            height = word.startsWith("h=") ? number(file, number, word.substring(2), 1, 4096) : height;
                        }
                    }
                    case "R" -> {
                        int[] rectangle = rectangle(file, number, words);
                        need(!live.get(rectangle[0]), file, number, line, "an id that was given back");
                        live.set(rectangle[0]);
                        operations.add(rectangle);
                    }
                    case "F" -> {
                        need(words.length == 2, file, number, line, "F ID");
                        int id = number(file, number, words[1], 0, MOST_IDS);
                        need(live.get(id), file, number, line, "an id that was taken");
                        live.clear(id);
                        operations.add(new int[] {id, 0, 0, 0});
                    }
                    default -> need(false, file, number, line, "R ID WIDTH HEIGHT ALIGN, F ID, or a comment");
                }
            }
        } catch (IOException e) {
            throw new WrongCall(file + ": cannot be read: " + e);
        }
        return new SlotTrace(file.getFileName().toString().replaceFirst("\\.trace(\\.gz)?$", ""), width, height, steady, operations);
    }

    private static int[] rectangle(Path file, int number, String[] words) throws WrongCall {
        need(words.length == 5, file, number, String.join(" ", words), "R ID WIDTH HEIGHT ALIGN");
        int align = number(file, number, words[4], 1, 64);
        need(Integer.bitCount(align) == 1, file, number, words[4], "a power of two up to 64");
        return new int[] {number(file, number, words[1], 0, MOST_IDS), number(file, number, words[2], 1, 256), number(file, number, words[3], 1, 4096), align};
    }

    private static void need(boolean holds, Path file, int line, String found, String needed) throws WrongCall {
        if (!holds) {
            throw new WrongCall(file + " line " + line + ": '" + found + "', needed: " + needed);
        }
    }

    private static int number(Path file, int line, String text, int least, int most) throws WrongCall {
        try {
            int value = Integer.parseInt(text);
            need(value >= least && value <= most, file, line, text, "a number from " + least + " to " + most);
            return value;
        } catch (NumberFormatException e) {
            throw new WrongCall(file + " line " + line + ": '" + text + "', needed: a number from " + least + " to " + most);
        }
    }
}
