package sharebuf.app.run;

import sharebuf.app.cli.Size;
import sharebuf.app.flow.Frames;
import sharebuf.format.PixelFormat;

/**
 * What is played, with nothing left open.
 *
 * @param pipeline who writes and who reads
 * @param format of the pixels
 * @param size of the pictures
 * @param frames how they are counted
 * @param rate at which pictures are written to files, such as {@code 60:1}
 */
record Score(Pipeline pipeline, PixelFormat format, Size size, Frames frames, String rate) {
}
