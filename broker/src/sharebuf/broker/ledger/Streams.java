package sharebuf.broker.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.inventory.Violation.Kind;

/**
 * The live streaming mappings, and what is wrong with a call about one. The rules are those of {@code check_unmap} and {@code check_sync} in
 * Linux, {@code kernel/dma/debug.c}.
 *
 * <p>Thread-safe.
 */
public final class Streams {
    private static final int REMEMBERED = 256;

    /**
     * A streaming mapping.
     *
     * @param use who works
     * @param object on what
     * @param offset first byte, in the object
     * @param address the same for the device
     * @param size in bytes
     * @param direction what the device does
     * @param at where it was made
     */
    public record Stream(UseId use, ObjectId object, long offset, DmaAddress address, long size, Access direction, String at) {
        private boolean holds(long dma) {
            return Long.compareUnsigned(dma - address.address(), size) < 0;
        }

        /** Bytes as text. */
        String where() {
            return size + " bytes of " + object + " at " + address + ", " + word(direction);
        }
    }

    /**
     * What is wrong.
     *
     * @param kind which rule
     * @param message what was asked and what is
     * @param madeAt where that was made; empty when there is nothing
     */
    public record Wrong(Kind kind, String message, String madeAt) {
    }

    /**
     * What came of looking a mapping up.
     *
     * @param stream the mapping; empty when something is wrong
     * @param wrong what is; empty when nothing is
     */
    public record Found(Optional<Stream> stream, Optional<Wrong> wrong) {
        private static Found of(Stream stream) {
            return new Found(Optional.of(stream), Optional.empty());
        }

        private static Found wrong(Kind kind, String message, String madeAt) {
            return new Found(Optional.empty(), Optional.of(new Wrong(kind, message, madeAt)));
        }
    }

    private record Ended(Stream stream, String at) {
    }

    private final Map<String, TreeMap<Long, List<Stream>>> live = new HashMap<>();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();

    /**
     * A mapping was made.
     *
     * @param stream it
     */
    public synchronized void add(Stream stream) {
        live.computeIfAbsent(stream.address().device(), d -> new TreeMap<>(Long::compareUnsigned)).computeIfAbsent(stream.address().address(), a -> new ArrayList<>(1)).add(stream);
    }

    /**
     * A mapping is taken away, when it is asked for as it was made.
     *
     * @param address as it was made
     * @param size as it was made
     * @param direction as it was made
     * @param at who takes it away, where
     * @return the mapping, which is no more; or what is wrong, and then it stays
     */
    public synchronized Found remove(DmaAddress address, long size, Access direction, String at) {
        List<Stream> here = live.getOrDefault(address.device(), new TreeMap<>()).getOrDefault(address.address(), List.of());
        Optional<Stream> exact = here.stream().filter(s -> s.size() == size && s.direction() == direction).findFirst();
        if (exact.isPresent()) {
            drop(exact.get());
            if (ended.size() == REMEMBERED) {
                ended.removeFirst();
            }
            ended.addLast(new Ended(exact.get(), at));
            return Found.of(exact.get());
        }
        String asked = "unmap of " + size + " bytes at " + address + ", " + word(direction);
        if (!here.isEmpty()) {
            Stream near = here.stream().filter(s -> s.size() == size).findFirst().orElse(here.getFirst());
            return Found.wrong(near.size() == size ? Kind.WRONG_DIRECTION : Kind.WRONG_SIZE, asked + ": mapped are " + near.where(), near.at());
        }
        Optional<Ended> before = lastEnded(address);
        return before.isPresent() ? Found.wrong(Kind.DOUBLE_UNMAP, asked + ": it was taken away already at " + before.get().at(), before.get().stream().at()) : nothing(asked, address);
    }

    /**
     * The mapping that a sync is about.
     *
     * @param address first byte
     * @param size in bytes
     * @param direction what the device does
     * @param verb for the message: {@code sync for cpu} or {@code sync for device}
     * @return the mapping, or what is wrong
     */
    public synchronized Found find(DmaAddress address, long size, Access direction, String verb) {
        String asked = verb + " of " + size + " bytes at " + address + ", " + word(direction);
        List<Stream> over = holding(address);
        if (over.isEmpty()) {
            Optional<Ended> before = lastEnded(address);
            return before.isPresent() ? Found.wrong(Kind.NOT_MAPPED, asked + ": it was taken away at " + before.get().at(), before.get().stream().at()) : nothing(asked, address);
        }
        List<Stream> enough = over.stream().filter(s -> size <= s.size() - (address.address() - s.address().address())).toList();
        if (enough.isEmpty()) {
            return Found.wrong(Kind.WRONG_SIZE, asked + ": goes beyond what is mapped, " + over.getFirst().where(), over.getFirst().at());
        }
        Optional<Stream> right = enough.stream().filter(s -> s.direction() == direction || s.direction() == Access.READ_WRITE).findFirst();
        return right.map(Found::of).orElseGet(() -> Found.wrong(Kind.WRONG_DIRECTION, asked + ": mapped are " + enough.getFirst().where(), enough.getFirst().at()));
    }

    private Optional<Ended> lastEnded(DmaAddress address) {
        return ended.reversed().stream().filter(e -> e.stream.address().equals(address)).findFirst();
    }

    private Found nothing(String asked, DmaAddress address) {
        List<Stream> others = live.keySet().stream().filter(d -> !d.equals(address.device())).sorted().flatMap(d -> holding(new DmaAddress(d, address.address())).stream()).toList();
        return others.isEmpty() ? Found.wrong(Kind.NOT_MAPPED, asked + ": nothing is mapped there", "")
                : Found.wrong(Kind.FOREIGN_ADDRESS, asked + ": that address was given to " + others.getFirst().use().device() + " and means nothing to " + address.device(), others.getFirst().at());
    }

    /** Mappings that hold a byte, latest start first. Mappings may overlap; the ledger has few of a device. */
    private List<Stream> holding(DmaAddress address) {
        TreeMap<Long, List<Stream>> own = live.get(address.device());
        return own == null ? List.of() : own.headMap(address.address(), true).descendingMap().values().stream().flatMap(List::stream).filter(s -> s.holds(address.address())).toList();
    }

    /**
     * Forgets mappings whose memory or device goes.
     *
     * @param gone which
     * @return what was forgotten, by address
     */
    public synchronized List<Stream> forget(Predicate<Stream> gone) {
        List<Stream> found = new ArrayList<>();
        live.values().forEach(m -> m.values().forEach(l -> l.stream().filter(gone).forEach(found::add)));
        found.forEach(this::drop);
        found.sort(Comparator.comparing((Stream s) -> s.use().toString()).thenComparing(s -> s.address().address(), Long::compareUnsigned));
        return found;
    }

    private void drop(Stream stream) {
        TreeMap<Long, List<Stream>> own = live.get(stream.address().device());
        List<Stream> here = own.get(stream.address().address());
        for (Iterator<Stream> all = here.iterator(); all.hasNext();) {
            if (all.next() == stream) {
                all.remove();
                break;
            }
        }
        if (here.isEmpty()) {
            own.remove(stream.address().address());
        }
        if (own.isEmpty()) {
            live.remove(stream.address().device());
        }
    }

    /**
     * All that are live.
     *
     * @return in no order
     */
    public synchronized List<Stream> all() {
        if (live.isEmpty()) {
            return List.of();
        }
        return live.values().stream().flatMap(m -> m.values().stream()).flatMap(List::stream).toList();
    }

    /**
     * A direction in the kernel's words.
     *
     * @param direction what the device does
     * @return the word
     */
    static String word(Access direction) {
        return switch (direction) {
            case READ -> "to device";
            case WRITE -> "from device";
            case READ_WRITE -> "bidirectional";
        };
    }
}
