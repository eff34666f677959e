package sharebuf.slots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A container of slots and the rectangles in it. A rectangle goes to the first place in raster order; when there is none, {@link #makeRoom} says which
 * rectangles would have to go elsewhere, and {@link #apply} makes it so.
 *
 * <p>Not thread-safe. A rectangle has a handle, a small number that is used again after {@link #free}.
 */
public final class Container {
    /** No handle. */
    public static final int NONE = -1;

    private final Grid grid;
    private final Repacker repacker;
    private Area[] areas = new Area[64];
    private int[] aligns = new int[64];
    private boolean[] pinned = new boolean[64];
    private int[] spare = new int[64];
    private int spares;
    private int end;
    private int freeSlots;

    /**
     * An empty container.
     *
     * @param width in slots, 1 to 256
     * @param height in slots, 1 to 4096
     * @throws IllegalArgumentException when it is larger
     */
    public Container(int width, int height) {
        grid = new Grid(width, height);
        repacker = new Repacker(width, height);
        freeSlots = width * height;
    }

    /** Slots that are free. */
    public int freeSlots() {
        return freeSlots;
    }

    /** How many slots it has. */
    public int slots() {
        return grid.width * grid.height;
    }

    /**
     * Takes the first free place in raster order.
     *
     * @param width in slots, at least 1
     * @param height in slots, at least 1
     * @param align the first column is a multiple of it: a power of two up to 64
     * @return a handle, or {@link #NONE} when no place is free
     * @throws IllegalArgumentException when a number is out of its range
     */
    public int place(int width, int height, int align) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("rectangle of " + width + "x" + height + " slots: at least 1x1");
        }
        if ((long) width * height > freeSlots) {
            return NONE;
        }
        int found = grid.firstFit(width, height, align);
        return found == Grid.NONE ? NONE : take(new Area(found % Grid.MAX_WIDTH, found / Grid.MAX_WIDTH, width, height), align);
    }

    /**
     * Takes a certain place, as when something is found again.
     *
     * @return a handle, or {@link #NONE} when a slot of it is taken or outside
     */
    public int claim(Area area, int align) {
        boolean inside = area.x() + area.width() <= grid.width && area.y() + area.height() <= grid.height;
        return inside && grid.free(area) ? take(area, align) : NONE;
    }

    private int take(Area area, int align) {
        int handle = spares > 0 ? spare[--spares] : end++;
        if (handle == areas.length) {
            areas = Arrays.copyOf(areas, 2 * handle);
            aligns = Arrays.copyOf(aligns, 2 * handle);
            pinned = Arrays.copyOf(pinned, 2 * handle);
            spare = Arrays.copyOf(spare, 2 * handle);
        }
        areas[handle] = area;
        aligns[handle] = align;
        pinned[handle] = false;
        grid.mark(area, true);
        freeSlots -= area.slots();
        return handle;
    }

    /**
     * Gives a rectangle back.
     *
     * @throws IllegalArgumentException when nothing has this handle
     */
    public void free(int handle) {
        Area area = area(handle);
        grid.mark(area, false);
        freeSlots += area.slots();
        areas[handle] = null;
        spare[spares++] = handle;
    }

    /**
     * Where a rectangle lies.
     *
     * @throws IllegalArgumentException when nothing has this handle
     */
    public Area area(int handle) {
        if (handle < 0 || handle >= end || areas[handle] == null) {
            throw new IllegalArgumentException("no rectangle has the handle " + handle);
        }
        return areas[handle];
    }

    /**
     * Says whether a rectangle must stay where it is.
     *
     * @throws IllegalArgumentException when nothing has this handle
     */
    public void pin(int handle, boolean stays) {
        area(handle);
        pinned[handle] = stays;
    }

    /**
     * How a rectangle for which no place is free would get one. Pinned ones stay. Changes nothing.
     *
     * @return empty when no way was found; there may be one
     */
    public Optional<Plan> makeRoom(int width, int height, int align) {
        if ((long) width * height > freeSlots || width > grid.width || height > grid.height) {
            return Optional.empty();
        }
        List<Repacker.Item> movable = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            if (areas[i] != null && !pinned[i]) {
                movable.add(new Repacker.Item(i, areas[i], aligns[i]));
            }
        }
        return repacker.makeRoom(grid, movable, new Repacker.Item(NONE, new Area(0, 0, width, height), align));
    }

    /**
     * Makes the moves of a plan, and takes its place.
     *
     * @param plan made since the last change
     * @param align as the plan was asked for
     * @return the handle of the newcomer
     * @throws IllegalArgumentException when something was changed since, then nothing is changed
     */
    public int apply(Plan plan, int align) {
        Grid after = new Grid(grid.width, grid.height);
        after.copy(grid);
        for (Move move : plan.moves()) {
            if (!area(move.handle()).same(move.from()) || pinned[move.handle()]) {
                throw new IllegalArgumentException("rectangle " + move.handle() + " lies no longer at " + move.from() + ", or is pinned: make a new plan");
            }
            after.mark(move.from(), false);
        }
        for (Move move : plan.moves()) {
            taken(after, move.to());
        }
        taken(after, plan.place());
        plan.moves().forEach(m -> grid.mark(m.from(), false));
        for (Move move : plan.moves()) {
            grid.mark(move.to(), true);
            areas[move.handle()] = move.to();
        }
        return take(plan.place(), align);
    }

    private static void taken(Grid after, Area area) {
        if (!after.free(area)) {
            throw new IllegalArgumentException("a slot of " + area + " was taken since: make a new plan");
        }
        after.mark(area, true);
    }
}
