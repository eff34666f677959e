package sharebuf.app.lend;

import java.io.IOException;
import sharebuf.app.media.Stamp;

/** Buffers of a lender, for the CPU to look at. Confined to one thread. */
interface Borrowed extends AutoCloseable {
    /**
     * Reads the frame that is in a buffer.
     *
     * @param id as the lender calls it
     * @return which frame it is, or what is wrong with it
     * @throws IOException when there is no such buffer, or it cannot be read
     */
    Stamp.Reading read(long id) throws IOException, InterruptedException;

    /** Gives everything back. */
    @Override
    void close();
}
