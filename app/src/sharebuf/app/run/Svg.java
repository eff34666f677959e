package sharebuf.app.run;

import java.util.Locale;

/** Puts an SVG together. Confined to one thread. */
final class Svg {
    private final StringBuilder s = new StringBuilder();

    void rect(double x, double y, double width, double height, String style) {
        s.append(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>%n", x, y, width, Math.max(height, 0.8), style));
    }

    /** A rectangle that says more when pointed at. */
    void rect(double x, double y, double width, double height, String style, String title) {
        s.append(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s><title>%s</title></rect>%n", x, y, width,
                Math.max(height, 0.8), style, escape(title)));
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        s.append(String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>%n", x1, y1, x2, y2, style));
    }

    void text(double x, double y, String style, String text) {
        s.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>%n", x, y, style, escape(text)));
    }

    void raw(String element) {
        s.append(element).append('\n');
    }

    String document(double width, double height, String title) {
        return String.format(Locale.ROOT, """
                <?xml version="1.0" encoding="UTF-8"?>
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="DejaVu Sans, Verdana, Helvetica, sans-serif" font-size="12" fill="#22303c">
                <title>%s</title>
                <defs>
                <pattern id="taken" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#e3e0da"/><line x1="0" y1="0" x2="0" y2="6" stroke="#b9b3a8" stroke-width="2"/></pattern>
                <pattern id="lent" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#fbf3d9"/><circle cx="3.5" cy="3.5" r="1.1" fill="#d8b85a"/></pattern>
                </defs>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """, width, height, width, height, escape(title)) + s + "</svg>\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
