package sharebuf.app.media;

import java.util.Arrays;
import sharebuf.format.PixelFormat;

/**
 * Between the pixels of a run and the planes of Y4M files. From NV12 and YUYV to planes nothing is lost; XRGB8888 goes through
 * {@link Colours}.
 */
final class Planes {
    private Planes() {
    }

    /** Bytes of a 4:2:0 picture in three planes. */
    static int size420(int width, int height) {
        return Math.toIntExact((long) width * height + 2L * Math.ceilDiv(width, 2) * Math.ceilDiv(height, 2));
    }

    /** The Y4M colour space in which a format is written without loss, or as well as can be. */
    static String colourSpace(PixelFormat format) {
        return switch (format.name()) {
            case "NV12", "NV21", "YUV420" -> "420jpeg";
            case "YUYV" -> "422";
            default -> "444";
        };
    }

    /** The bytes of a picture in that colour space. */
    static int sizeOut(Raster raster) {
        int luma = Math.multiplyExact(raster.width(), raster.height());
        int half = Math.ceilDiv(raster.width(), 2);
        return switch (colourSpace(raster.format())) {
            case "420jpeg" -> size420(raster.width(), raster.height());
            case "422" -> Math.toIntExact(luma + 2L * half * raster.height());
            default -> Math.multiplyExact(luma, 3);
        };
    }

    /** From three 4:2:0 planes to pixels. */
    static void from420(byte[] planes, Raster raster, byte[] pixels) {
        int w = raster.width();
        int h = raster.height();
        int cw = Math.ceilDiv(w, 2);
        int chroma = cw * Math.ceilDiv(h, 2);
        int cb = w * h;
        int cr = cb + chroma;
        switch (raster.format().name()) {
            case "NV12" -> {
                System.arraycopy(planes, 0, pixels, 0, cb);
                interleave(planes, cb, cr, pixels, cb, chroma);
            }
            case "NV21" -> {
                System.arraycopy(planes, 0, pixels, 0, cb);
                interleave(planes, cr, cb, pixels, cb, chroma);
            }
            case "YUV420" -> System.arraycopy(planes, 0, pixels, 0, planes.length);
            case "YUYV" -> {
                for (int y = 0; y < h; y++) {
                    int out = y * w * 2;
                    for (int x = 0; x < w; x++) {
                        pixels[out + 2 * x] = planes[y * w + x];
                        pixels[out + 2 * x + 1] = planes[((x & 1) == 0 ? cb : cr) + (y / 2) * cw + x / 2];
                    }
                }
            }
            default -> {
                for (int y = 0; y < h; y++) {
                    for (int x = 0; x < w; x++) {
                        int c = (y / 2) * cw + x / 2;
                        putRgb(pixels, 4 * (y * w + x), Colours.rgb(planes[y * w + x] & 255, planes[cb + c] & 255, planes[cr + c] & 255));
                    }
                }
            }
        }
    }

    /** From pixels to planes in {@link #colourSpace}. */
    static void toPlanes(byte[] pixels, Raster raster, byte[] planes) {
        int w = raster.width();
        int h = raster.height();
        int luma = w * h;
        int cw = Math.ceilDiv(w, 2);
        int chroma = cw * Math.ceilDiv(h, 2);
        switch (raster.format().name()) {
            case "NV12" -> {
                System.arraycopy(pixels, 0, planes, 0, luma);
                separate(pixels, luma, planes, luma, luma + chroma, chroma);
            }
            case "NV21" -> {
                System.arraycopy(pixels, 0, planes, 0, luma);
                separate(pixels, luma, planes, luma + chroma, luma, chroma);
            }
            case "YUV420" -> System.arraycopy(pixels, 0, planes, 0, planes.length);
            case "YUYV" -> {
                Arrays.fill(planes, luma, planes.length, (byte) 128);
                for (int y = 0; y < h; y++) {
                    int in = y * w * 2;
                    for (int x = 0; x < w; x++) {
                        planes[y * w + x] = pixels[in + 2 * x];
                        planes[luma + ((x & 1) == 0 ? 0 : cw * h) + y * cw + x / 2] = pixels[in + 2 * x + 1];
                    }
                }
            }
            default -> {
                for (int i = 0; i < luma; i++) {
                    int b = pixels[4 * i] & 255;
                    int g = pixels[4 * i + 1] & 255;
                    int r = pixels[4 * i + 2] & 255;
                    planes[i] = (byte) Colours.luma(r, g, b);
                    planes[luma + i] = (byte) Colours.cb(r, g, b);
                    planes[2 * luma + i] = (byte) Colours.cr(r, g, b);
                }
            }
        }
    }

    /** From pixels to {@code R G B} rows for a picture file. */
    static byte[] toRgb(byte[] pixels, Raster raster) {
        int w = raster.width();
        int h = raster.height();
        byte[] planes = new byte[sizeOut(raster)];
        toPlanes(pixels, raster, planes);
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(w, h))];
        boolean full = raster.format().planes().getFirst().bytes() == 4;
        String space = colourSpace(raster.format());
        int cw = Math.ceilDiv(w, 2);
        int luma = w * h;
        int chroma = space.equals("422") ? cw * h : cw * Math.ceilDiv(h, 2);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int i = y * w + x;
                int colour;
                if (full) {
                    colour = (pixels[4 * i + 2] & 255) << 16 | (pixels[4 * i + 1] & 255) << 8 | pixels[4 * i] & 255;
                } else {
                    int c = (space.equals("422") ? y : y / 2) * cw + x / 2;
                    colour = Colours.rgb(planes[i] & 255, planes[luma + c] & 255, planes[luma + chroma + c] & 255);
                }
                rgb[3 * i] = (byte) (colour >> 16);
                rgb[3 * i + 1] = (byte) (colour >> 8);
                rgb[3 * i + 2] = (byte) colour;
            }
        }
        return rgb;
    }

    private static void putRgb(byte[] pixels, int at, int rgb) {
        pixels[at] = (byte) rgb;
        pixels[at + 1] = (byte) (rgb >> 8);
        pixels[at + 2] = (byte) (rgb >> 16);
        pixels[at + 3] = (byte) 255;
    }

    private static void interleave(byte[] from, int first, int second, byte[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + 2 * i] = from[first + i];
            to[at + 2 * i + 1] = from[second + i];
        }
    }

    private static void separate(byte[] from, int at, byte[] to, int first, int second, int count) {
        for (int i = 0; i < count; i++) {
            to[first + i] = from[at + 2 * i];
            to[second + i] = from[at + 2 * i + 1];
        }
    }
}
