package sharebuf.slots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Makes room where no place is free: by moving one rectangle, else a few that lie in one window, else all that may move, in one order
 * after the other. A move changes entries of a page table and copies nothing, so what counts is how many there are.
 *
 * <p>Not thread-safe. Changes nothing but a grid of its own.
 */
final class Repacker {
    /** Windows that are tried before everything is packed anew. */
    private static final int WINDOWS = 24;
    /** More victims than this cost as much as packing anew. */
    private static final int VICTIMS = 6;
    /** Orders that are tried when none of the exact ones fits. */
    private static final int DISTURBED = 40;
    private static final List<Comparator<Item>> ORDERS = List.of(
            Comparator.<Item>comparingInt(i -> -i.area.height()).thenComparingInt(i -> -i.area.width()),
            Comparator.<Item>comparingInt(i -> -i.area.slots()).thenComparingInt(i -> -i.area.height()),
            Comparator.<Item>comparingInt(i -> -Math.max(i.area.width(), i.area.height())).thenComparingInt(i -> -i.area.slots()),
            Comparator.<Item>comparingInt(i -> -i.area.width()).thenComparingInt(i -> -i.area.height()),
            Comparator.<Item>comparingInt(i -> -(i.area.width() + i.area.height())).thenComparingInt(i -> -i.area.slots()));

    private final Grid scratch;
    private final Grid base;

    /**
     * What may move, or the newcomer.
     *
     * @param handle whose; the newcomer's is -1
     * @param area where it is; the newcomer's has only a size
     * @param align of its column
     */
    record Item(int handle, Area area, int align) {
    }

    private record Window(Area area, List<Item> victims, int slots) {
    }

    Repacker(int width, int height) {
        scratch = new Grid(width, height);
        base = new Grid(width, height);
    }

    /**
     * Looks for room.
     *
     * @param now what is taken
     * @param movable what may move
     * @param newcomer what needs room
     */
    Optional<Plan> makeRoom(Grid now, List<Item> movable, Item newcomer) {
        return one(now, movable, newcomer).or(() -> window(now, movable, newcomer)).or(() -> all(now, movable, newcomer));
    }

    /** Moves the smallest rectangle that lets the newcomer in and finds another place itself. */
    private Optional<Plan> one(Grid now, List<Item> movable, Item newcomer) {
        base.copy(now);
        for (Item victim : movable.stream().sorted(Comparator.comparingInt(i -> i.area.slots())).toList()) {
            base.mark(victim.area, false);
            int found = base.firstFit(newcomer.area.width(), newcomer.area.height(), newcomer.align);
            base.mark(victim.area, true);
            if (found != Grid.NONE) {
                Optional<Plan> plan = resettle(now, at(found, newcomer), List.of(victim));
                if (plan.isPresent()) {
                    return plan;
                }
            }
        }
        return Optional.empty();
    }

    /** Empties a window of the newcomer's size that begins or ends where something else does, and has the least in it. */
    private Optional<Plan> window(Grid now, List<Item> movable, Item newcomer) {
        base.copy(now);
        movable.forEach(m -> base.mark(m.area, false)); // what stays
        List<Window> windows = new ArrayList<>();
        int w = newcomer.area.width();
        int h = newcomer.area.height();
        for (int y : edges(movable.stream().mapToInt(m -> m.area.y()).toArray(), movable.stream().mapToInt(m -> m.area.height()).toArray(), h, now.height, 1)) {
            for (int x : edges(movable.stream().mapToInt(m -> m.area.x()).toArray(), movable.stream().mapToInt(m -> m.area.width()).toArray(), w, now.width, newcomer.align)) {
                Area area = new Area(x, y, w, h);
                List<Item> victims = victims(area, movable);
                if (victims != null && base.free(area)) {
                    windows.add(new Window(area, victims, victims.stream().mapToInt(v -> v.area.slots()).sum()));
                }
            }
        }
        windows.sort(Comparator.<Window>comparingInt(v -> v.victims.size()).thenComparingInt(v -> v.slots));
        for (Window each : windows.subList(0, Math.min(WINDOWS, windows.size()))) {
            Optional<Plan> plan = resettle(now, each.area, each.victims);
            if (plan.isPresent()) {
                return plan;
            }
        }
        return Optional.empty();
    }

    /** Null when there are too many. */
    private static List<Item> victims(Area area, List<Item> movable) {
        List<Item> victims = new ArrayList<>();
        for (Item each : movable) {
            if (each.area.overlaps(area) && victims.size() < VICTIMS) {
                victims.add(each);
            } else if (each.area.overlaps(area)) {
                return null;
            }
        }
        return victims;
    }

    /** Places at which a window begins with a rectangle, begins behind one, ends with one or ends before one; both ends of the container. */
    private static int[] edges(int[] starts, int[] sizes, int size, int end, int align) {
        int[] all = new int[2 + 4 * starts.length];
        all[1] = end - size;
        for (int i = 0; i < starts.length; i++) {
            all[2 + 4 * i] = starts[i];
            all[3 + 4 * i] = starts[i] + sizes[i];
            all[4 + 4 * i] = starts[i] + sizes[i] - size;
            all[5 + 4 * i] = starts[i] - size;
        }
        return Arrays.stream(all).filter(a -> a >= 0).map(a -> a / align * align).filter(a -> a + size <= end).distinct().sorted().toArray();
    }

    /** Victims leave, the newcomer takes its place, victims get others, the largest first. */
    private Optional<Plan> resettle(Grid now, Area place, List<Item> victims) {
        scratch.copy(now);
        victims.forEach(v -> scratch.mark(v.area, false));
        scratch.mark(place, true);
        List<Move> moves = new ArrayList<>();
        for (Item victim : victims.stream().sorted(ORDERS.getFirst()).toList()) {
            int found = scratch.bestContact(victim.area.width(), victim.area.height(), victim.align);
            if (found == Grid.NONE) {
                return Optional.empty();
            }
            Area to = at(found, victim);
            scratch.mark(to, true);
            moves.add(new Move(victim.handle, victim.area, to));
        }
        return Optional.of(new Plan(place, moves));
    }

    /** Packs everything that may move anew, in one order after the other until one has room. */
    private Optional<Plan> all(Grid now, List<Item> movable, Item newcomer) {
        base.copy(now);
        movable.forEach(m -> base.mark(m.area, false));
        List<Item> items = new ArrayList<>(movable);
        items.add(newcomer);
        for (boolean contact : new boolean[] {false, true}) {
            for (Comparator<Item> order : ORDERS) {
                items.sort(order);
                Optional<Plan> plan = pack(items, contact);
                if (plan.isPresent()) {
                    return plan;
                }
            }
        }
        return disturbed(items);
    }

    /** Orders by height and by size that are a little out of order: near 90 per cent some of them fit where the exact ones do not. */
    private Optional<Plan> disturbed(List<Item> items) {
        Random random = new Random(items.size()); // the same plan for the same container
        for (int i = 0; i < DISTURBED; i++) {
            Comparator<Item> order = ORDERS.get(i % 2);
            items.sort(order);
            for (int swaps = 1 + i / 4; swaps > 0; swaps--) {
                int at = random.nextInt(items.size());
                items.add(random.nextInt(at + 1), items.remove(at));
            }
            Optional<Plan> plan = pack(items, true);
            if (plan.isPresent()) {
                return plan;
            }
        }
        return Optional.empty();
    }

    private Optional<Plan> pack(List<Item> items, boolean contact) {
        scratch.copy(base);
        List<Move> moves = new ArrayList<>();
        Area place = null;
        for (Item item : items) {
            int w = item.area.width();
            int h = item.area.height();
            int found = contact ? scratch.bestContact(w, h, item.align) : scratch.firstFit(w, h, item.align);
            if (found == Grid.NONE) {
                return Optional.empty();
            }
            Area to = at(found, item);
            scratch.mark(to, true);
            if (item.handle < 0) {
                place = to;
            } else if (!to.same(item.area)) {
                moves.add(new Move(item.handle, item.area, to));
            }
        }
        return Optional.of(new Plan(place, moves));
    }

    private static Area at(int place, Item item) {
        return new Area(place % Grid.MAX_WIDTH, place / Grid.MAX_WIDTH, item.area.width(), item.area.height());
    }
}
