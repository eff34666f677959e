package sharebuf.bench;

import java.util.List;
import java.util.function.Function;

/** What can be named with {@code --allocator}. Immutable. */
final class Allocators {

    record Named(String name, Function<Trace, Subject> create) {
    }

    static final Named RANGE = new Named("range", RangeSubject::new);
    static final Named BITMAP = new Named("bitmap-first-fit", BitmapFirstFit::new);
    static final Named TREE = new Named("tree-best-fit", TreeBestFit::new);
    static final Named CARVER = new Named("carveout", CarverSubject::new);
    static final Named GOOD_FIT = new Named("good-fit", GoodFit::new);
    static final Named MAGAZINES = new Named("magazines", MagazineSubject::new);
    static final Named CACHED_TREE = new Named("cached-tree", CachedTree::new);
    /** For any trace; the others know no limits. */
    static final List<Named> ALL = List.of(RANGE, BITMAP, TREE);

    private Allocators() {
    }

    static Named byName(String name) throws WrongCall {
        for (Named each : ALL) {
            if (each.name.equals(name)) {
                return each;
            }
        }
        throw new WrongCall("--allocator " + name + ": there is no such allocator, only "
            + String.join(", ", ALL.stream().map(Named::name).toList()));
    }
}
