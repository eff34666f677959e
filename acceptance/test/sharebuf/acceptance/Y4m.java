package sharebuf.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** 4:2:0 Y4M files for tests, read and written apart from the product's own code. */
record Y4m(int width, int height, List<byte[]> frames) {
    static Y4m random(int width, int height, int frames, long seed) {
        Random random = new Random(seed);
        List<byte[]> list = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            byte[] frame = new byte[width * height * 3 / 2];
            random.nextBytes(frame);
            list.add(frame);
        }
        return new Y4m(width, height, list);
    }

    byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(("YUV4MPEG2 W" + width + " H" + height + " F30:1 Ip A1:1 C420jpeg\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] frame : frames) {
            out.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
            out.write(frame);
        }
        return out.toByteArray();
    }

    static Y4m read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int at = line(all, 0);
        int width = 0;
        int height = 0;
        for (String word : new String(all, 0, at - 1, StandardCharsets.US_ASCII).split(" ")) {
            width = word.startsWith("W") ? Integer.parseInt(word.substring(1)) : width;
            height = word.startsWith("H") ? Integer.parseInt(word.substring(1)) : height;
        }
        List<byte[]> frames = new ArrayList<>();
        while (at < all.length) {
            at = line(all, at);
            frames.add(java.util.Arrays.copyOfRange(all, at, at + width * height * 3 / 2));
            at += width * height * 3 / 2;
        }
        return new Y4m(width, height, frames);
    }

    private static int line(byte[] all, int from) {
        int at = from;
        while (all[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    /** The first byte outside the stamp (the first 8 lines, with the 4 rows of chroma that belong to them) that differs; -1 for none. */
    int mismatchOutsideStamp(int frame, byte[] other) {
        byte[] mine = frames.get(frame);
        int luma = width * height;
        int chroma = luma / 4;
        for (int i = 0; i < mine.length; i++) {
            boolean stamp = i < luma ? i < 8 * width : (i - luma) % chroma < 4 * (width / 2);
            if (!stamp && mine[i] != other[i]) {
                return i;
            }
        }
        return -1;
    }
}
