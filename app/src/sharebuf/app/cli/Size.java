package sharebuf.app.cli;

import sharebuf.buffer.BufferSpec;

/**
 * A picture's size on the command line.
 *
 * <p>Immutable. In pixels.
 *
 * @param width from 1 to {@link BufferSpec#MAX_SIDE}
 * @param height from 1 to {@link BufferSpec#MAX_SIDE}
 */
public record Size(int width, int height) {
    /**
     * Reads {@code WxH}.
     *
     * @param option whose value it is
     * @param text the value
     * @return the size
     * @throws WrongCall when it is none
     */
    public static Size parse(String option, String text) throws WrongCall {
        int x = text.indexOf('x');
        try {
            if (x > 0) {
                int width = Integer.parseInt(text.substring(0, x));
                int height = Integer.parseInt(text.substring(x + 1));
                if (width >= 1 && height >= 1 && width <= BufferSpec.MAX_SIDE && height <= BufferSpec.MAX_SIDE) {
                    return new Size(width, height);
                }
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw WrongCall.option(option, text, "WxH, each side from 1 to " + BufferSpec.MAX_SIDE);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
