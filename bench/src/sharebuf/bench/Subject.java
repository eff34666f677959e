package sharebuf.bench;

/** An allocator under measurement, behind the ids of a trace. Confined to the creating thread. */
interface Subject {

    /** Takes a range for an id that has none; its address, or -1 if there is no place. */
    long take(int id, long size, long align, long limit);

    /** Gives the range of an id back; nothing if it has none. */
    void give(int id);

    /** Bytes of the largest free block. */
    long largestFree();

    /** Bytes of the allocator's own records, without the table of ids. */
    long metadataBytes();
}
