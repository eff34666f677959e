package sharebuf.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.learn.Verdict;
import sharebuf.broker.solve.Doubts;
import sharebuf.broker.solve.Regions;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;

/**
 * One request on its way from offer to offer: which memory was tried, who took it and who did not. It doubts what the broker doubts, and
 * leaves out what was refused once.
 *
 * <p>Confined to the set's lock.
 */
final class Trial implements Doubts {
    /** So many times memory is taken, shown and given back before the request is refused. */
    static final int MOST = 16;

    /** Where the objects of a buffer lie, in their order. */
    record Where(List<String> regions, List<String> allocators, List<Long> sizes) {
        static Where of(BufferRecord buffer) {
            return new Where(buffer.objects().stream().map(m -> m.region().region().id().name()).toList(), buffer.objects().stream().map(m -> m.allocator()).toList(),
                    buffer.objects().stream().map(m -> m.size()).toList());
        }

        /** Whether all of it lies in one region. */
        boolean alone() {
            return regions.stream().distinct().count() == 1;
        }

        String name() {
            return String.join(" + ", allocators.stream().distinct().toList());
        }
    }

    /** A use took none of it. */
    record No(UseId use, Where where, Refusal why) {
    }

    /** One round: memory was shown to all uses. */
    record Round(List<Where> where, List<UseId> took, List<No> refused, Optional<Refusal> stop) {
        boolean allTook() {
            return refused.isEmpty() && stop.isEmpty();
        }
    }

    private final Doubts known;
    private final Set<List<String>> out = new HashSet<>();
    private final List<Round> rounds = new ArrayList<>();

    Trial(Doubts known) {
        this.known = known;
    }

    @Override
    public Doubt of(Regions.Place place, long size) {
        return known.of(place, size);
    }

    @Override
    public Optional<Refusal> barred(Regions.Place place) {
        return known.barred(place);
    }

    @Override
    public boolean tried(List<String> regions) {
        return out.contains(regions);
    }

    /** A round is over; what was refused is not tried again. */
    void add(Round round) {
        rounds.add(round);
        round.refused.forEach(n -> out.add(n.where.regions));
        if (round.refused.isEmpty()) {
            round.where.forEach(w -> out.add(w.regions));
        }
    }

    boolean over() {
        return rounds.size() >= MOST || stopped();
    }

    /** Whether it ended by something that no other memory and no fewer uses cure. */
    boolean stopped() {
        return !rounds.isEmpty() && rounds.getLast().stop.isPresent();
    }

    boolean anythingRefused() {
        return rounds.stream().anyMatch(r -> !r.refused.isEmpty());
    }

    /**
     * The most uses that took the same memory, a given one among them.
     *
     * @return empty when that one took none at all
     */
    List<UseId> agreed(UseId with) {
        return rounds.stream().map(Round::took).filter(t -> t.contains(with)).max(Comparator.comparingInt(List::size)).orElse(List.of());
    }

    /**
     * Why nothing was found.
     *
     * @param nothingElse what those said who offered nothing more; empty when the request ended before
     */
    Refusal refusal(Optional<Refusal> nothingElse) {
        List<No> refused = rounds.stream().flatMap(r -> r.refused.stream()).toList();
        Optional<Refusal> stop = rounds.isEmpty() ? Optional.empty() : rounds.getLast().stop;
        if (refused.isEmpty()) {
            return stop.or(() -> nothingElse).orElseThrow();
        }
        Set<Refusal.Reason> reasons = new LinkedHashSet<>();
        refused.forEach(n -> reasons.add(new Refusal.Reason(n.where.name(), n.why.errno() + " from " + n.use + ": " + n.why.constraint() + ": found " + n.why.found())));
        nothingElse.ifPresent(n -> reasons.addAll(n.allocators()));
        // The memory that was preferred speaks: what was tried after it is in the list.
        Refusal first = stop.orElse(refused.getFirst().why).with(List.copyOf(reasons));
        return stop.isPresent() || !first.fix().isEmpty() ? first : first.fixedBy(fix());
    }

    private String fix() {
        List<UseId> most = rounds.stream().map(Round::took).max(Comparator.comparingInt(List::size)).orElse(List.of());
        Stream<String> left = most.isEmpty() ? Stream.of("cpu") : most.stream().map(UseId::toString);
        return "--uses " + String.join(",", left.toList());
    }
}
