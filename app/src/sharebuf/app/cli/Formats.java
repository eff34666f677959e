package sharebuf.app.cli;

import java.util.stream.Collectors;
import sharebuf.format.PixelFormat;

/** Pixel formats on the command line. */
public final class Formats {
    private Formats() {
    }

    /**
     * Reads the name of a format.
     *
     * @param option whose value it is
     * @param text the value
     * @return the format
     * @throws WrongCall when it is none that is known
     */
    public static PixelFormat parse(String option, String text) throws WrongCall {
        return PixelFormat.named(text).orElseThrow(() -> WrongCall.option(option, text, PixelFormat.known().stream().map(PixelFormat::name).collect(Collectors.joining(", "))));
    }
}
