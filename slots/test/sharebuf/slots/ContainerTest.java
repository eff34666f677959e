package sharebuf.slots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The container against a grid of booleans. */
class ContainerTest {

    /** One boolean a slot, every place tried in raster order. */
    private static final class Model {
        final boolean[][] taken;

        Model(int width, int height) {
            taken = new boolean[height][width];
        }

        boolean free(int x, int y, int w, int h) {
            for (int row = y; row < y + h; row++) {
                for (int column = x; column < x + w; column++) {
                    if (taken[row][column]) {
                        return false;
                    }
                }
            }
            return true;
        }

        int firstFit(int w, int h, int align) {
            for (int y = 0; y + h <= taken.length; y++) {
                for (int x = 0; x + w <= taken[0].length; x += align) {
                    if (free(x, y, w, h)) {
                        return y * Grid.MAX_WIDTH + x;
                    }
                }
            }
            return Grid.NONE;
        }

        /** By the definition: each slot next to the rectangle that is taken or outside counts. */
        int contact(int x, int y, int w, int h) {
            int touching = 0;
            for (int column = x; column < x + w; column++) {
                touching += at(column, y - 1) + at(column, y + h);
            }
            for (int row = y; row < y + h; row++) {
                touching += at(x - 1, row) + at(x + w, row);
            }
            return touching;
        }

        /** Whether a free place has a neighbour on one side only, or none. */
        boolean end(int x, int y, int w, int h, int align) {
            return x < align || x + align + w > taken[0].length || !free(x - align, y, w, h) || !free(x + align, y, w, h);
        }

        private int at(int x, int y) {
            return x < 0 || y < 0 || y >= taken.length || x >= taken[0].length || taken[y][x] ? 1 : 0;
        }

        void mark(Area a, boolean to) {
            for (int y = a.y(); y < a.y() + a.height(); y++) {
                for (int x = a.x(); x < a.x() + a.width(); x++) {
                    assertNotEquals(to, taken[y][x], "slot " + x + "," + y + " of " + a);
                    taken[y][x] = to;
                }
            }
        }
    }

    private static long seed(String what) {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("slots " + what + " seed " + seed);
        return seed;
    }

    @Test
    void everyPatternOfSmallContainersGivesTheFirstPlace() {
        for (int[] size : new int[][] {{1, 1}, {4, 3}, {3, 4}, {6, 2}, {2, 6}, {12, 1}}) {
            int slots = size[0] * size[1];
            for (int pattern = 0; pattern < 1 << slots; pattern++) {
                Grid grid = new Grid(size[0], size[1]);
                Model model = new Model(size[0], size[1]);
                for (int i = 0; i < slots; i++) {
                    if ((pattern >> i & 1) != 0) {
                        grid.mark(i % size[0], i / size[0], 1, 1, true);
                        model.taken[i / size[0]][i % size[0]] = true;
                    }
                }
                for (int w = 1; w <= size[0] + 1; w++) {
                    for (int h = 1; h <= size[1] + 1; h++) {
                        for (int align = 1; align <= 4; align *= 2) {
                            assertEquals(model.firstFit(w, h, align), grid.firstFit(w, h, align), pattern + ": " + w + "x" + h + " at " + align);
                        }
                    }
                }
            }
        }
    }

    @Test
    void randomGridsGiveTheFirstAndTheBestPlace() {
        long seed = seed("places");
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            int width = 1 + random.nextInt(Grid.MAX_WIDTH);
            int height = 1 + random.nextInt(40);
            Grid grid = new Grid(width, height);
            Model model = new Model(width, height);
            for (int i = random.nextInt(12); i > 0; i--) {
                int x = random.nextInt(width);
                int y = random.nextInt(height);
                Area area = new Area(x, y, 1 + random.nextInt(width - x), 1 + random.nextInt(Math.min(8, height - y)));
                if (grid.free(area)) {
                    grid.mark(area, true);
                    model.mark(area, true);
                }
            }
            int w = 1 + random.nextInt(random.nextBoolean() ? width : Math.min(width, 20));
            int h = 1 + random.nextInt(Math.min(height, 12));
            int align = 1 << random.nextInt(7);
            String what = "seed " + seed + " round " + round;
            int first = model.firstFit(w, h, align);
            assertEquals(first, grid.firstFit(w, h, align), what);
            int best = grid.bestContact(w, h, align);
            assertEquals(first == Grid.NONE, best == Grid.NONE, what);
            if (best != Grid.NONE) {
                int x = best % Grid.MAX_WIDTH;
                int y = best / Grid.MAX_WIDTH;
                assertTrue(x % align == 0 && model.free(x, y, w, h) && model.end(x, y, w, h, align), what);
                int most = -1;
                for (int row = 0; row + h <= height; row++) {
                    for (int column = 0; column + w <= width; column += align) {
                        most = model.free(column, row, w, h) && model.end(column, row, w, h, align) ? Math.max(most, model.contact(column, row, w, h)) : most;
                    }
                }
                assertEquals(most, model.contact(x, y, w, h), what);
            }
        }
    }

    @Test
    void whatIsPlacedMovedAndGivenBackNeverOverlapsAndPinnedThingsStay() {
        long seed = seed("moves");
        Random random = new Random(seed);
        int moved = 0;
        for (int round = 0; round < 40; round++) {
            int width = 20 + random.nextInt(80);
            int height = 10 + random.nextInt(40);
            Container container = new Container(width, height);
            Model model = new Model(width, height);
            Map<Integer, Area> live = new HashMap<>();
            Map<Integer, Integer> aligns = new HashMap<>();
            Map<Integer, Boolean> pinned = new HashMap<>();
            for (int op = 0; op < 200; op++) {
                if (!live.isEmpty() && random.nextInt(3) == 0) {
                    int handle = new ArrayList<>(live.keySet()).get(random.nextInt(live.size()));
                    container.free(handle);
                    model.mark(live.remove(handle), false);
                    pinned.remove(handle);
                } else {
                    int w = 1 + random.nextInt(width / 3);
                    int h = 1 + random.nextInt(height / 3);
                    int align = 1 << random.nextInt(3);
                    int handle = container.place(w, h, align);
                    int first = w * h > container.freeSlots() + (handle < 0 ? 0 : w * h) ? Grid.NONE : model.firstFit(w, h, align);
                    assertEquals(first == Grid.NONE, handle == Container.NONE, "seed " + seed);
                    Optional<Plan> plan = handle == Container.NONE ? container.makeRoom(w, h, align) : Optional.empty();
                    if (plan.isPresent()) {
                        moved += plan.get().moves().size();
                        for (Move move : plan.get().moves()) {
                            assertEquals(live.get(move.handle()), move.from());
                            assertTrue(!pinned.get(move.handle()) && move.to().x() % aligns.get(move.handle()) == 0, "seed " + seed);
                            assertEquals(move.from().width() + "x" + move.from().height(), move.to().width() + "x" + move.to().height());
                            model.mark(move.from(), false);
                        }
                        plan.get().moves().forEach(m -> {
                            model.mark(m.to(), true);
                            live.put(m.handle(), m.to());
                        });
                        handle = container.apply(plan.get(), align);
                        assertThrows(IllegalArgumentException.class, () -> container.apply(plan.get(), align));
                    }
                    if (handle != Container.NONE) {
                        Area area = container.area(handle);
                        assertTrue(area.width() == w && area.height() == h && area.x() % align == 0, "seed " + seed);
                        model.mark(area, true);
                        live.put(handle, area);
                        aligns.put(handle, align);
                        pinned.put(handle, random.nextInt(4) == 0);
                        container.pin(handle, pinned.get(handle));
                    }
                }
                live.forEach((handle, area) -> assertEquals(area, container.area(handle)));
                assertEquals(width * height - live.values().stream().mapToInt(Area::slots).sum(), container.freeSlots());
            }
        }
        assertTrue(moved > 0, "no plan moved anything, seed " + seed);
    }

    @Test
    void oneMoveIsEnoughWhereOneIsAndPinnedLeavesNoWay() {
        Container container = new Container(8, 4);
        assertNotEquals(Container.NONE, container.claim(new Area(3, 0, 2, 4), 1));
        assertEquals(Container.NONE, container.place(6, 4, 1));
        Plan plan = container.makeRoom(6, 4, 1).orElseThrow();
        assertEquals(1, plan.moves().size());
        container.pin(0, true);
        assertTrue(container.makeRoom(6, 4, 1).isEmpty());
        assertThrows(IllegalArgumentException.class, () -> container.apply(plan, 1));
        assertEquals(new Area(3, 0, 2, 4), container.area(0));
    }

    @Test
    void wrongCallsAreTold() {
        assertThrows(IllegalArgumentException.class, () -> new Container(257, 1));
        Container container = new Container(4, 4);
        for (int align : List.of(0, 3, 128)) {
            assertThrows(IllegalArgumentException.class, () -> container.place(1, 1, align));
        }
        assertThrows(IllegalArgumentException.class, () -> container.place(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> container.free(0));
        assertEquals(Container.NONE, container.claim(new Area(3, 3, 2, 1), 1));
    }
}
