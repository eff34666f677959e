package sharebuf.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sharebuf.allocator.Allocator;
import sharebuf.buffer.Outcome;
import sharebuf.memory.RegionId;
import sharebuf.plugin.Live;

/** What an allocator is for: a region in which it places, memory that the kernel grants, or memory that a driver makes. Found by trying. */
sealed interface Ground {
    /** A region in which it chooses places. */
    record Placed(Subject subject) implements Ground {
    }

    /** Memory that is granted or made. */
    record Granted(GrantedSubject subject) implements Ground {
    }

    /** The drivers that the kit plays. */
    List<Supplier<Optional<TestDriver>>> DRIVERS = List.of(() -> Optional.of(new MmapVideo(false)), () -> Optional.of(new MmapVideo(true)), () -> Optional.of(new DumbCard()));

    /**
     * Where an allocator comes up; one that refers to a device node: the driver that gives it memory.
     *
     * @throws Exception when nowhere
     */
    static Ground of(PluginUnderTest plugin, String pid) throws Exception {
        return Components.refersToNode(plugin.host(), pid) ? made(plugin, pid) : placedOrGranted(plugin, pid);
    }

    private static Ground placedOrGranted(PluginUnderTest plugin, String pid) throws Exception {
        Subject placed = new ConfiguredSubject(plugin.host(), pid);
        try {
            placed.close(placed.open(new TestRegion(HiddenSeats.PREFIX + "a", 0, 1 << 20, 4096)));
            return new Placed(placed);
        } catch (CaseFailed e) {
            plugin.reinstall();
            GrantedSubject granted = new ConfiguredGrants(plugin.host(), pid, Optional::empty);
            try {
                granted.close(granted.open(grants(Optional.empty()), Optional.empty()));
                return new Granted(granted);
            } catch (CaseFailed g) {
                e.addSuppressed(g);
            }
            throw e;
        }
    }

    private static Ground made(PluginUnderTest plugin, String pid) throws Exception {
        List<String> said = new ArrayList<>();
        for (Supplier<Optional<TestDriver>> each : DRIVERS) {
            GrantedSubject subject = new ConfiguredGrants(plugin.host(), pid, each);
            Optional<TestDriver> driver = each.get();
            try {
                Optional<String> why = place(subject, driver);
                if (why.isEmpty()) {
                    return new Granted(subject);
                }
                said.add(driver.orElseThrow().kind() + ": " + why.get());
            } catch (CaseFailed e) {
                said.add(driver.orElseThrow().kind() + ": " + e.getMessage());
            }
            plugin.reinstall();
        }
        throw new CaseFailed("gets memory from no driver that the kit plays (a driver with ioctls of its own is played in a unit test, see TestDriver): " + String.join("; ", said));
    }

    /** Why it places no object. */
    private static Optional<String> place(GrantedSubject subject, Optional<TestDriver> driver) throws Exception {
        TestGrants region = grants(driver);
        Allocator allocator = subject.open(region, driver);
        try {
            allocator.adopt(Live.NOTHING);
            Outcome<GrantLedger.Placed> placed = new GrantLedger(region, driver).place(allocator, RandomRequests.plain(region.granule()));
            return placed.why().map(Object::toString);
        } finally {
            subject.close(allocator);
        }
    }

    private static TestGrants grants(Optional<TestDriver> driver) {
        return new TestGrants(new RegionId(HiddenSeats.PREFIX + "grants"), 1 << 20, 4096, false, driver.map(d -> d.device().name()));
    }
}
