package sharebuf.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.Holding;
import sharebuf.inventory.Snapshot.HoldingKind;
import sharebuf.inventory.Snapshot.Owner;

class ViewsTest {
    private static final Snapshot HELD = new Snapshot(List.of(), List.of(), List.of(), List.of(),
            List.of(new Owner("young", "b 1.0.0", "B.open:2", 900, 0), new Owner("old", "a 1.0.0", "A.open:1", 61_000, 1)),
            List.of(new Holding(HoldingKind.SET, "set 4: 1 x 4096 bytes for camera, mapped", "old", "a 1.0.0", "A.take:9", 60_000)), List.of());

    @Test
    @DisplayName("dma:leaks has who, where and since when, oldest first, and leaves out what is younger than asked")
    void leaks() {
        assertThat(Views.leaks(HELD, 0).lines()).hasSize(4).element(1).asString().contains("61", "the session, with 1 buffer", "old", "a 1.0.0", "A.open:1");
        assertThat(Views.leaks(HELD, 60_000).lines()).hasSize(3).last().asString().contains("60", "set 4: 1 x 4096 bytes", "A.take:9");
        assertThat(Views.leaks(HELD, 100_000)).isEqualTo("nothing is held for that long");
    }

    @Test
    @DisplayName("without a set dma:sets says so")
    void sets() {
        assertThat(Views.sets(HELD)).isEqualTo("no set is open");
    }
}
