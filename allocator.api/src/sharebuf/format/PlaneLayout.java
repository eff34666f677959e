package sharebuf.format;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a plane lies.
 *
 * <p>Immutable. In bytes.
 *
 * @param object index of the object, from 0
 * @param offset from the start of the object
 * @param pitch from one row to the next
 * @param rows number of rows, padding included
 * @param tile how its bytes lie in memory; empty for one row after another. Devices that are shown tiles as rows, by hardware in front of the memory, count in
 *        rows: offset, pitch and rows are what they see
 */
public record PlaneLayout(int object, long offset, long pitch, long rows, Optional<Tile> tile) {
    /** Checks that nothing is negative, that the size does not overflow, and that tiles fill the plane. */
    public PlaneLayout {
        Objects.requireNonNull(tile, "tile");
        if (object < 0 || offset < 0 || pitch < 1 || rows < 1) {
            throw new IllegalArgumentException("plane at object " + object + ", offset " + offset + ", pitch " + pitch + ", rows " + rows);
        }
        Math.addExact(offset, Math.multiplyExact(pitch, rows));
        if (tile.isPresent() && (pitch % tile.get().width() != 0 || rows % tile.get().rows() != 0)) {
            throw new IllegalArgumentException("plane of pitch " + pitch + " and " + rows + " rows in tiles of " + tile.get() + ": whole tiles only");
        }
    }

    /**
     * A plane whose rows lie one after another.
     *
     * @param object index of the object, from 0
     * @param offset from the start of the object
     * @param pitch from one row to the next
     * @param rows number of rows, padding included
     */
    public PlaneLayout(int object, long offset, long pitch, long rows) {
        this(object, offset, pitch, rows, Optional.empty());
    }

    /**
     * Where a byte lies in memory.
     *
     * @param column of the byte in its row, at least 0 and below the pitch
     * @param row at least 0 and below the rows
     * @return its offset from the start of the object
     */
    public long at(long column, long row) {
        Objects.checkIndex(column, pitch);
        Objects.checkIndex(row, rows);
        if (tile.isEmpty()) {
            return offset + row * pitch + column;
        }
        long width = tile.get().width();
        long high = tile.get().rows();
        long before = row / high * (pitch / width) + column / width;
        return offset + before * width * high + row % high * width + column % width;
    }

    /**
     * Bytes of the plane, padding included.
     *
     * @return pitch times rows
     */
    public long size() {
        return pitch * rows;
    }
}
