package sharebuf.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.inventory.Violation.Kind;

/** Against a plain list of what is mapped, and for each address the memory of who took it away last. */
class StreamsTest {
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);
    private static final int ADDRESSES = 12;

    private record Entry(String device, int address, int size, Access direction) {
        boolean holds(int at, int bytes) {
            return at >= address && at + bytes <= address + size;
        }
    }

    private final List<Entry> mapped = new ArrayList<>();
    private final List<Entry> ended = new ArrayList<>();

    @RepeatedTest(20)
    void saysOfEachCallWhatAListSays(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        System.out.println("StreamsTest seed " + seed);
        Random random = new Random(seed);
        Streams streams = new Streams();
        for (int i = 0; i < 3000; i++) {
            Entry asked = new Entry(random.nextBoolean() ? "a" : "b", random.nextInt(ADDRESSES), 1 + random.nextInt(4), Access.values()[random.nextInt(3)]);
            DmaAddress address = new DmaAddress(asked.device, asked.address);
            Optional<Kind> expected;
            Optional<Kind> said;
            switch (random.nextInt(3)) {
                case 0 -> {
                    if (mapped.size() < 8) {
                        mapped.add(asked);
                        streams.add(new Streams.Stream(new UseId(asked.device, asked.device), OBJECT, asked.address, address, asked.size, asked.direction, "here"));
                    }
                    continue;
                }
                case 1 -> {
                    // Mostly what is there, else hardly anything would ever be taken away.
                    Entry e = !mapped.isEmpty() && random.nextInt(3) > 0 ? mapped.get(random.nextInt(mapped.size())) : asked;
                    expected = unmapped(e);
                    said = streams.remove(new DmaAddress(e.device, e.address), e.size, e.direction, "there").wrong().map(Streams.Wrong::kind);
                }
                default -> {
                    expected = synced(asked);
                    said = streams.find(address, asked.size, asked.direction, "sync for cpu").wrong().map(Streams.Wrong::kind);
                }
            }
            assertThat(said).as("seed %d, step %d: %s among %s", seed, i, asked, mapped).isEqualTo(expected);
            assertThat(streams.all()).as("seed %d, step %d", seed, i).hasSize(mapped.size());
        }
    }

    private Optional<Kind> unmapped(Entry asked) {
        if (mapped.remove(asked)) {
            ended.add(asked);
            if (ended.size() > 256) {
                ended.removeFirst();
            }
            return Optional.empty();
        }
        List<Entry> here = mapped.stream().filter(e -> e.device.equals(asked.device) && e.address == asked.address).toList();
        if (!here.isEmpty()) {
            return Optional.of(here.stream().anyMatch(e -> e.size == asked.size) ? Kind.WRONG_DIRECTION : Kind.WRONG_SIZE);
        }
        return Optional.of(wasHere(asked) ? Kind.DOUBLE_UNMAP : elsewhere(asked));
    }

    private Optional<Kind> synced(Entry asked) {
        List<Entry> over = mapped.stream().filter(e -> e.device.equals(asked.device) && e.holds(asked.address, 1)).toList();
        if (over.isEmpty()) {
            return Optional.of(wasHere(asked) ? Kind.NOT_MAPPED : elsewhere(asked));
        }
        List<Entry> enough = over.stream().filter(e -> e.holds(asked.address, asked.size)).toList();
        if (enough.isEmpty()) {
            return Optional.of(Kind.WRONG_SIZE);
        }
        return enough.stream().anyMatch(e -> e.direction == asked.direction || e.direction == Access.READ_WRITE) ? Optional.empty() : Optional.of(Kind.WRONG_DIRECTION);
    }

    private boolean wasHere(Entry asked) {
        return ended.stream().anyMatch(e -> e.device.equals(asked.device) && e.address == asked.address);
    }

    private Kind elsewhere(Entry asked) {
        return mapped.stream().anyMatch(e -> !e.device.equals(asked.device) && e.holds(asked.address, 1)) ? Kind.FOREIGN_ADDRESS : Kind.NOT_MAPPED;
    }
}
