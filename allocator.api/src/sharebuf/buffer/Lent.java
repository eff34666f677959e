package sharebuf.buffer;

import java.util.List;
import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.format.Layout;

/**
 * A buffer in the hands of somebody outside of this process: descriptors that may be sent to it, over a Unix socket for example.
 *
 * <p>Thread-safe. It holds a lease of its session, so the memory stays. While it is open the buffer is pinned: it is not moved (EBUSY says who
 * took it), because other memory would leave the taker with the old one. {@link #close()} says that the taker gave the buffer back. What the
 * kernel still counts then is not believed to be back: once nobody holds the buffer, its memory is used again only when no process has a
 * descriptor or a mapping of it any more. A descriptor names memory, not a buffer: after a move others must be lent.
 */
@ProviderType
public interface Lent extends AutoCloseable {
    /**
     * The buffer.
     *
     * @return its name
     */
    BufferId buffer();

    /**
     * Which of its memories the descriptors are.
     *
     * @return {@link SharedBuffer#generation()} when it was lent; the buffer does not move meanwhile
     */
    int generation();

    /**
     * Who took it.
     *
     * @return as given
     */
    String taker();

    /**
     * What is in it.
     *
     * @return the spec
     */
    BufferSpec spec();

    /**
     * Where it is.
     *
     * @return planes, in objects that {@link #handles()} has in the same order
     */
    Layout layout();

    /**
     * The descriptors, one an object. They are the platform's: send them, do not close them.
     *
     * @return in the order of the objects
     * @throws IllegalStateException after close
     */
    List<Handle> handles();

    /**
     * Whether somebody beside this process has a descriptor or a mapping of it, as the kernel counts. Importers of this process count as
     * somebody too, while they are attached.
     *
     * @return true when so, or when it cannot be known; false for a {@link Kind#MEMFD}, which the kernel does not count
     */
    boolean outside();

    /** The taker gave it back, or is gone. Idempotent. */
    @Override
    void close();

    /** What a descriptor is. */
    enum Kind {
        /** A dma-buf: devices of the taker can import it. */
        DMA_BUF,
        /** A memfd, to be mapped; other buffers may lie in the same one. */
        MEMFD
    }

    /**
     * An object's descriptor.
     *
     * <p>Immutable.
     *
     * @param descriptor closed on exec
     * @param kind what it is
     * @param offset where the object begins in it, in bytes
     * @param size of the object, in bytes
     */
    record Handle(int descriptor, Kind kind, long offset, long size) {
        /** Checks the bounds. */
        public Handle {
            Objects.requireNonNull(kind, "kind");
            if (descriptor < 0 || offset < 0 || size < 1) {
                throw new IllegalArgumentException("descriptor " + descriptor + ", offset " + offset + ", size " + size + ": none negative, size at least 1");
            }
        }
    }
}
