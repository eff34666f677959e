package sharebuf.exporter.tiler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.memory.Extent;
import sharebuf.plugin.Note;
import sharebuf.slots.Area;
import sharebuf.slots.Container;
import sharebuf.slots.Move;
import sharebuf.slots.Plan;

/**
 * What lies where in the container, for the services of the bundle: the allocator gives slots, dma_map_ops show them and pin them. Can be rebuilt from the ledger: slots
 * from the notes of extents, pins from the addresses of mappings.
 *
 * <p>Thread-safe: the seats of the services are different ones. Held for no longer than a search.
 */
final class Book {
    private static final String SCHEMA = "tiler.slots";
    private static final int VERSION = 1;
    private static final int NUMBERS = 5;

    /** An object in the container. */
    private static final class Placed {
        private final Extent extent;
        private final List<Mode> modes;
        private final List<Integer> handles;

        private Placed(Extent extent, List<Mode> modes, List<Integer> handles) {
            this.extent = extent;
            this.modes = modes;
            this.handles = handles;
        }
    }

    private Container container = new Container(Mode.COLUMNS, Mode.ROWS);
    /** By the offset of its extent. */
    private final Map<Long, Placed> placed = new TreeMap<>();
    /** Where each live mapping begins, by whatever names it. */
    private final Map<Object, Integer> pins = new HashMap<>();

    /** Where an object was put, and what else has other slots now. */
    record Put(List<Block> blocks, Map<Extent, List<Block>> moved) {
    }

    /** Begins anew with what is live: extents with the blocks in their notes. */
    synchronized void adopt(Map<Extent, List<Block>> live) {
        container = new Container(Mode.COLUMNS, Mode.ROWS);
        placed.clear();
        live.forEach(this::claim);
    }

    /** An object lies there, as somebody before has put it. */
    synchronized void claim(Extent extent, List<Block> blocks) {
        List<Integer> handles = new ArrayList<>();
        for (Block b : blocks) {
            int handle = container.claim(b.area(), b.mode().align());
            if (handle == Container.NONE) {
                handles.forEach(container::free);
                throw new IllegalStateException(extent + ": slots " + b.area() + " of its note are another's, or outside of the container");
            }
            handles.add(handle);
        }
        placed.put(extent.offset(), new Placed(extent, blocks.stream().map(Block::mode).toList(), handles));
    }

    /** Whether an object would find slots. Takes none. */
    synchronized boolean fits(List<Block> blocks) {
        List<Integer> handles = new ArrayList<>();
        boolean fits = true;
        for (Block b : blocks) {
            int handle = container.place(b.area().width(), b.area().height(), b.mode().align());
            if (handle == Container.NONE) {
                fits = plan(b).isPresent(); // those behind it may find no place after that; placing tells
                break;
            }
            handles.add(handle);
        }
        handles.forEach(container::free);
        return fits;
    }

    /**
     * Puts an object into the container, moving others that nothing sees when there is no place otherwise.
     *
     * @param extent its memory
     * @param blocks what slots it needs
     * @return where it lies; empty when there is no place, then nothing has moved
     */
    synchronized Optional<Put> put(Extent extent, List<Block> blocks) {
        Map<Integer, Area> before = new HashMap<>();
        List<Integer> handles = new ArrayList<>();
        for (Block b : blocks) {
            int handle = container.place(b.area().width(), b.area().height(), b.mode().align());
            if (handle == Container.NONE) {
                Optional<Plan> plan = plan(b);
                if (plan.isEmpty()) {
                    undo(handles, before);
                    return Optional.empty();
                }
                plan.get().moves().forEach(m -> before.putIfAbsent(m.handle(), m.from()));
                handle = container.apply(plan.get(), b.mode().align());
            }
            handles.add(handle);
        }
        Placed now = new Placed(extent, blocks.stream().map(Block::mode).toList(), handles);
        placed.put(extent.offset(), now);
        Map<Extent, List<Block>> moved = new HashMap<>();
        placed.values().stream().filter(p -> p != now && p.handles.stream().anyMatch(before::containsKey)).forEach(p -> moved.put(p.extent, blocks(p)));
        return Optional.of(new Put(blocks(now), moved));
    }

    /** Everything where it was. */
    private void undo(List<Integer> handles, Map<Integer, Area> before) {
        handles.forEach(container::free);
        if (!before.isEmpty()) {
            Map<Extent, List<Block>> live = new HashMap<>();
            placed.values().forEach(p -> {
                List<Block> blocks = new ArrayList<>();
                for (int i = 0; i < p.handles.size(); i++) {
                    blocks.add(new Block(p.modes.get(i), before.getOrDefault(p.handles.get(i), container.area(p.handles.get(i)))));
                }
                live.put(p.extent, blocks);
            });
            adopt(live);
        }
    }

    private Optional<Plan> plan(Block b) {
        placed.values().forEach(p -> p.handles.forEach(h -> container.pin(h, isPinned(p))));
        return container.makeRoom(b.area().width(), b.area().height(), b.mode().align());
    }

    /** A mapping leads to some plane of it: devices hold its addresses. */
    private boolean isPinned(Placed p) {
        return p.handles.stream().map(container::area).anyMatch(a -> pins.values().stream().anyMatch(slot -> a.overlaps(new Area(slot % Mode.COLUMNS, slot / Mode.COLUMNS, 1, 1))));
    }

    /** An object's slots are free again. */
    synchronized void free(Extent extent) {
        Placed gone = placed.remove(extent.offset());
        if (gone != null) {
            gone.handles.forEach(container::free);
        }
    }

    /**
     * Pins an object for a mapping, and says where it lies: from here on it stays there.
     *
     * @param extent its memory
     * @param mapping stands for the mapping
     * @return its planes; empty when it is not in the container
     */
    synchronized List<Block> pin(Extent extent, Object mapping) {
        Placed found = placed.get(extent.offset());
        if (found == null || !found.extent.equals(extent)) {
            return List.of();
        }
        Area first = container.area(found.handles.getFirst());
        pins.put(mapping, first.y() * Mode.COLUMNS + first.x());
        return blocks(found);
    }

    /** What was pinned for one name is so for another. */
    synchronized void rename(Object mapping, Object name) {
        Integer slot = pins.remove(mapping);
        if (slot != null) {
            pins.put(name, slot);
        }
    }

    /** A mapping is no more. */
    synchronized void unpin(Object mapping) {
        pins.remove(mapping);
    }

    /** The live mappings, each with a slot that it leads to. */
    synchronized void adoptPins(Map<Object, Integer> live) {
        pins.clear();
        pins.putAll(live);
    }

    /** The planes of the object that has a slot. */
    synchronized List<Block> at(int slot) {
        Area one = new Area(slot % Mode.COLUMNS, slot / Mode.COLUMNS, 1, 1);
        return placed.values().stream().filter(p -> p.handles.stream().anyMatch(h -> container.area(h).overlaps(one))).findFirst().map(this::blocks).orElse(List.of());
    }

    /** Slots that are free. */
    synchronized int freeSlots() {
        return container.freeSlots();
    }

    /** What lies in the container. */
    synchronized Collection<List<Block>> all() {
        return placed.values().stream().map(this::blocks).toList();
    }

    private List<Block> blocks(Placed p) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < p.handles.size(); i++) {
            blocks.add(new Block(p.modes.get(i), container.area(p.handles.get(i))));
        }
        return blocks;
    }

    /** The note that keeps an object's slots. */
    static Note note(List<Block> blocks) {
        List<Long> data = new ArrayList<>();
        for (Block b : blocks) {
            data.addAll(List.of((long) b.mode().ordinal(), (long) b.area().x(), (long) b.area().y(), (long) b.area().width(), (long) b.area().height()));
        }
        return new Note(SCHEMA, VERSION, data);
    }

    /**
     * The slots in a note.
     *
     * @return empty when it is none of ours
     * @throws IllegalStateException when it is ours and cannot be read, as one of a later version
     */
    static Optional<List<Block>> read(Note note) {
        if (!note.schema().equals(SCHEMA)) {
            return Optional.empty();
        }
        List<Long> data = note.data();
        if (note.version() != VERSION || data.isEmpty() || data.size() % NUMBERS != 0) {
            throw new IllegalStateException("note " + SCHEMA + " of version " + note.version() + " with " + data.size() + " numbers: version " + VERSION + " with " + NUMBERS + " a plane is known here");
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < data.size(); i += NUMBERS) {
            try {
                blocks.add(new Block(Mode.values()[Math.toIntExact(data.get(i))], new Area(Math.toIntExact(data.get(i + 1)), Math.toIntExact(data.get(i + 2)),
                        Math.toIntExact(data.get(i + 3)), Math.toIntExact(data.get(i + 4)))));
            } catch (ArithmeticException | IndexOutOfBoundsException | IllegalArgumentException e) {
                throw new IllegalStateException("note " + SCHEMA + " " + data + ": " + e.getMessage(), e);
            }
        }
        return Optional.of(blocks);
    }
}
