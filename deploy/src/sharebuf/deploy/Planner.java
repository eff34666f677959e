package sharebuf.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deploy.Keys.Place;
import sharebuf.deployment.BoardException;
import sharebuf.device.DmaConstraints;
import sharebuf.fields.DmaFields;
import sharebuf.fields.Fields;
import sharebuf.fields.WrongField;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Span;
import sharebuf.plugin.Serves;

/**
 * Checks what a board's configurations mean, and makes the plan. Regions of size 0 do not exist, and what is configured for them is
 * left out. Confined to one thread.
 */
final class Planner {
    private final Keys keys;
    private final BoardFile board;
    private final Map<Place, List<Config>> places = new HashMap<>();
    private final List<Config> others = new ArrayList<>();
    private final Set<String> absent = new HashSet<>();
    /** All regions that are named, those of size 0 too. */
    private final Set<String> regions = new TreeSet<>();
    private final Map<SeatName, Config> seats = new LinkedHashMap<>();
    private final Map<String, Set<String>> compatible = new HashMap<>();

    private Planner(Keys keys, BoardFile board) {
        this.keys = keys;
        this.board = board;
        for (Place place : Place.values()) {
            places.put(place, new ArrayList<>());
        }
    }

    /**
     * Checks a board.
     *
     * @param keys what platforms' configurations may say
     * @param board as read
     * @return the plan
     * @throws BoardException naming file, key, value and what is allowed
     */
    static Plan plan(Keys keys, BoardFile board) throws BoardException {
        return new Planner(keys, board).plan();
    }

    private Plan plan() throws BoardException {
        for (Config config : board.configurations()) {
            Place place = keys.place(config.pid()).orElse(null);
            if (place == null) {
                noTree(config);
                others.add(config);
            } else {
                places.get(place).add(keys.check(board.file(), config));
            }
        }
        regions.addAll(names(Place.REGION, MemoryRegion.REGION));
        memory();
        devices();
        for (Config config : places.get(Place.REGION)) {
            exists(config, SeatName.DEVICE, names(Place.DEVICE, SeatName.DEVICE));
        }
        List<Config> plugins = new ArrayList<>();
        for (Config config : others) {
            if (refersToWhatIsThere(config)) {
                plugins.add(config);
            }
        }
        onePerSeat(plugins);
        List<Config> all = new ArrayList<>(places.get(Place.PLATFORM));
        all.addAll(places.get(Place.MEMORY));
        all.addAll(places.get(Place.REGION));
        all.addAll(places.get(Place.DEVICE));
        return new Plan(board.file(), board.name(), board.description(), board.variables(), board.ranges(), board.bundles(), all, plugins,
                seats, compatible);
    }

    private void noTree(Config plugin) throws BoardException {
        for (Map.Entry<String, Object> each : plugin.values().entrySet()) {
            if (each.getValue() instanceof Json tree) {
                throw new BoardException(board.file(), plugin.fullPid() + "/" + each.getKey() + " (line " + tree.line() + ")", tree.shown(), "objects in a device of the platform only");
            }
        }
    }

    private void memory() throws BoardException {
        MemoryMap map = new MemoryMap();
        try {
            for (Config config : places.get(Place.MEMORY)) {
                map.memory(config.fullPid(), span(config));
            }
            places.get(Place.REGION).removeIf(this::isAbsent);
            for (Config config : places.get(Place.REGION)) {
                if (config.text("base").isPresent()) {
                    Span span = span(config);
                    map.region(config.fullPid(), span, holes(config, span));
                }
                String name = config.text(MemoryRegion.REGION).orElseThrow();
                unique(config, MemoryRegion.REGION, seats.keySet().contains(new SeatName(Serves.ALLOCATOR, name)));
                seats.put(new SeatName(Serves.ALLOCATOR, name), config);
            }
        } catch (MemoryMap.Misfit e) {
            throw new BoardException(board.file(), e.owner + "/" + e.key, e.value, e.getMessage());
        }
        seats.values().removeIf(config -> config.text("seat").filter("vacant"::equals).isPresent());
    }

    private boolean isAbsent(Config region) {
        boolean none = Sums.parse(region.text("size").orElseThrow()) == 0;
        if (none) {
            absent.add(region.text(MemoryRegion.REGION).orElseThrow());
        }
        return none;
    }

    private Span span(Config config) throws BoardException {
        long base = Sums.parse(config.text("base").orElseThrow());
        long size = Sums.parse(config.text("size").orElseThrow());
        long granule = Sums.parse(config.text("granule").orElse("4KiB"));
        boolean pages = !"false".equals(String.valueOf(config.values().get("mapped")));
        if (Long.bitCount(granule) != 1 || granule < (pages ? 4096 : 32)) {
            throw wrong(config, "granule", "a power of two, at least 4KiB; at least 32 where mapped is false");
        }
        if ((base & (granule - 1)) != 0) {
            throw wrong(config, "base", "a multiple of " + Sums.text(granule));
        }
        if (size <= 0 || (size & (granule - 1)) != 0 || Long.compareUnsigned(base + (size - 1), base) < 0) {
            throw wrong(config, "size", "a multiple of " + Sums.text(granule) + " above 0; base and size stay below 2^64");
        }
        return new Span(base, size);
    }

    private List<Span> holes(Config config, Span region) throws BoardException {
        List<Span> holes = new ArrayList<>();
        for (String text : texts(config, "reserved")) {
            Span hole = KeyType.hole(text);
            // Compared as offsets: adding the region's base could pass 2^64.
            if (Long.compareUnsigned(hole.last(), region.size()) >= 0) {
                throw new BoardException(board.file(), config.fullPid() + "/reserved", text, "offsets below " + Sums.text(region.size()));
            }
            holes.add(new Span(region.base() + hole.base(), hole.size()));
        }
        return holes;
    }

    private void devices() throws BoardException {
        for (Config config : places.get(Place.DEVICE)) {
            String name = config.text(SeatName.DEVICE).orElseThrow();
            unique(config, SeatName.DEVICE, compatible.containsKey(name));
            compatible.put(name, Set.copyOf(new LinkedHashSet<>(texts(config, "compatible"))));
            DmaConstraints.Builder wiring = windows(config);
            powerOfTwo(config, "align");
            powerOfTwo(config, "boundary");
            if (Sums.parse(config.text("mask").orElse("1")) == 0) {
                throw wrong(config, "mask", "at least 1: the highest bus address");
            }
            alternatives(config, wiring);
            seats.put(new SeatName(Serves.MAPOPS, config.text(DmaMapOps.ADDRESS_SPACE).orElseThrow()), config);
            seats.put(new SeatName(Serves.IMPORTER, name), config);
        }
    }

    /** What uses of a device accept instead; written as text from here on. */
    private void alternatives(Config config, DmaConstraints.Builder wiring) throws BoardException {
        if (!(config.values().get(DmaFields.ALTERNATIVES) instanceof Json tree)) {
            return;
        }
        wiring.mask(Sums.parse(config.text("mask").orElse("0xffffffffffffffff"))).iommu(truth(config, "iommu")).coherent(truth(config, "coherent"));
        try {
            DmaFields.ofDevice(new Fields(board.file(), "", Map.of(DmaFields.ALTERNATIVES, tree.plain())), wiring.build(), uses(config), Optional.of(regions));
        } catch (WrongField e) {
            throw new BoardException(board.file(), config.fullPid() + "/" + e.where() + " (line " + tree.line() + ")", e.found(), e.allowed());
        }
        config.values().put(DmaFields.ALTERNATIVES, tree.written());
    }

    /** As importers name them: a device with two queues has one use each. */
    private static List<String> uses(Config device) {
        return device.text("role").filter(r -> r.equals("m2m") || r.equals("encoder")).map(r -> List.of("output", "capture"))
                .orElseGet(() -> List.of(device.text(SeatName.DEVICE).orElseThrow()));
    }

    private static boolean truth(Config config, String key) {
        return "true".equals(String.valueOf(config.values().get(key)));
    }

    private DmaConstraints.Builder windows(Config config) throws BoardException {
        DmaConstraints.Builder windows = DmaConstraints.builder();
        for (String text : texts(config, "dmaRanges")) {
            try {
                windows.range(KeyType.window(text));
            } catch (IllegalArgumentException e) {
                throw new BoardException(board.file(), config.fullPid() + "/dmaRanges", text, "windows that overlap no other: " + e.getMessage());
            }
        }
        return windows;
    }

    private void powerOfTwo(Config config, String key) throws BoardException {
        long value = Sums.parse(config.text(key).orElse("1"));
        if (Long.bitCount(value) > 1 || value < 0 || value == 0 && key.equals("align")) {
            throw wrong(config, key, "a power of two" + (key.equals("align") ? "" : ", or 0 for none"));
        }
    }

    /** False for what belongs to a region that this board does not have at this size. */
    private boolean refersToWhatIsThere(Config config) throws BoardException {
        String region = config.text(MemoryRegion.REGION).orElse("");
        if (absent.contains(region)) {
            return false;
        }
        exists(config, MemoryRegion.REGION, names(Place.REGION, MemoryRegion.REGION));
        exists(config, SeatName.DEVICE, names(Place.DEVICE, SeatName.DEVICE));
        exists(config, DmaMapOps.ADDRESS_SPACE, names(Place.DEVICE, DmaMapOps.ADDRESS_SPACE));
        return true;
    }

    private Set<String> names(Place place, String key) {
        Set<String> names = new TreeSet<>();
        places.get(place).forEach(c -> c.text(key).ifPresent(names::add));
        return names;
    }

    private void exists(Config config, String key, Set<String> names) throws BoardException {
        if (config.values().containsKey(key) && config.text(key).filter(names::contains).isEmpty()) {
            throw wrong(config, key, "one of " + String.join(", ", names));
        }
    }

    private void onePerSeat(List<Config> plugins) throws BoardException {
        Map<String, String> taken = new HashMap<>();
        for (Config config : plugins) {
            for (String kind : List.of(Serves.ALLOCATOR, Serves.MAPOPS, Serves.IMPORTER)) {
                String seat = config.text(SeatName.key(kind)).orElse("");
                String other = seat.isEmpty() ? null : taken.putIfAbsent(kind + " " + seat, config.fullPid());
                if (other != null) {
                    throw wrong(config, SeatName.key(kind), "one that no other has: " + other + " has it");
                }
            }
        }
    }

    private void unique(Config config, String key, boolean taken) throws BoardException {
        if (taken) {
            throw wrong(config, key, "a name that no other of the board has");
        }
    }

    @SuppressWarnings("unchecked") // the key's type was checked: a list of texts
    private static List<String> texts(Config config, String key) {
        return (List<String>) config.values().getOrDefault(key, List.of());
    }

    private BoardException wrong(Config config, String key, String allowed) {
        return new BoardException(board.file(), config.fullPid() + "/" + key, String.valueOf(config.values().get(key)), allowed);
    }
}
