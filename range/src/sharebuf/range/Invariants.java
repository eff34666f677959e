package sharebuf.range;

import static sharebuf.range.Node.ABOVE;
import static sharebuf.range.Node.BELOW;
import static sharebuf.range.Node.BIN;
import static sharebuf.range.Node.NEXT;
import static sharebuf.range.Node.PREV;
import static sharebuf.range.Node.SIZE;
import static sharebuf.range.Node.START;
import static sharebuf.range.Node.TAG;

/** Tests what must hold of an allocator between two operations. Confined to the creating thread. */
final class Invariants {

    private final int[] n;
    private final int used;
    private final int spare;
    private final BinSets bins;
    private final int[] zoneTops;
    private final int shift;

    Invariants(int[] nodes, int used, int spare, BinSets bins, int[] zoneTops, int shift) {
        this.n = nodes;
        this.used = used;
        this.spare = spare;
        this.bins = bins;
        this.zoneTops = zoneTops;
        this.shift = shift;
    }

    void check(int bottom, int top, int freeUnits, int freeBlocks) {
        int blocks = checkRing(bottom, top, freeUnits, freeBlocks);
        checkBins(freeBlocks);
        int spares = 0;
        for (int node = spare; node != 0; node = n[node + NEXT]) {
            that(n[node + TAG] < 0 && n[node + BIN] == Node.UNUSED, "spare node looks like a block", node);
            spares++;
        }
        that(blocks + spares + 1 == used >>> Node.SHIFT, "nodes lost: " + blocks + " blocks, " + spares + " spare", used);
    }

    private int checkRing(int bottom, int top, int freeUnits, int freeBlocks) {
        that(n[TAG] == Node.SENTINEL_TAG, "sentinel overwritten", 0);
        int expected = bottom;
        int before = 0;
        int units = 0;
        int free = 0;
        int blocks = 0;
        for (int block = n[ABOVE]; block != 0; before = block, block = n[block + ABOVE]) {
            that(n[block + BELOW] == before, "neighbour below is not the one before", block);
            that(n[block + START] == expected, "gap or overlap before", block);
            that(n[block + SIZE] > 0, "size not positive", block);
            that(n[block + BIN] != Node.UNUSED, "block is marked as spare", block);
            int tag = n[block + TAG];
            int handle = tag < 0 ? ~tag : tag;
            that((handle & Node.INDEX_MASK) == block >>> Node.SHIFT, "tag of another node", block);
            if (tag < 0) {
                that(before == 0 || n[before + TAG] >= 0, "two free neighbours", block);
                that(n[block + BIN] == BinSets.list(zoneOf(n[block + START]), n[block + SIZE]), "wrong bin", block);
                units += n[block + SIZE];
                free++;
            }
            expected += n[block + SIZE];
            blocks++;
        }
        that(n[BELOW] == before, "ring is not closed", before);
        that(expected == top, "blocks end at " + expected + " instead of " + top, before);
        that(units == freeUnits, "free units counted " + freeUnits + ", found " + units, 0);
        that(free == freeBlocks, "free blocks counted " + freeBlocks + ", found " + free, 0);
        return blocks;
    }

    private void checkBins(int freeBlocks) {
        int found = 0;
        for (int zone = 0; zone < zoneTops.length; zone++) {
            int list = BinSets.list(zone, 1) - 1;
            that(bins.first(list) == 0, "bin of size 0 is not empty", bins.first(list));
            int highest = -1;
            for (int bin = 1; bin < Bins.COUNT; bin++) {
                int before = 0;
                int length = 0;
                for (int block = bins.first(list + bin); block != 0; before = block, block = n[block + NEXT]) {
                    that(n[block + TAG] < 0, "live block in a bin", block);
                    that(n[block + BIN] == list + bin, "block in another bin than it says", block);
                    that(n[block + PREV] == before, "bin list broken", block);
                    found++;
                    length++;
                }
                that(length == bins.count(list + bin), "bin list counted wrong", before);
                if (before != 0) {
                    that(bins.above(list + Math.max(0, highest)) == list + bin, "bitmap", before);
                    highest = bin;
                }
            }
            that(bins.highest(zone) == (highest < 0 ? -1 : list + highest), "bitmap says another highest bin", 0);
            that(highest < 0 || bins.above(list + highest) == -1, "bitmap has more bins", 0);
            that(highest >= 0 || bins.above(list) == -1, "bitmap of an empty zone", 0);
        }
        that(found == freeBlocks, "blocks in bins " + found + ", free blocks " + freeBlocks, 0);
    }

    private int zoneOf(int unit) {
        int zone = 0;
        while (unit >= zoneTops[zone]) {
            zone++;
        }
        return zone;
    }

    private void that(boolean holds, String otherwise, int block) {
        if (!holds) {
            throw new IllegalStateException(otherwise + " (block " + (block >>> Node.SHIFT) + " at 0x"
                + Long.toHexString((long) n[block + START] << shift) + ")");
        }
    }
}
