package sharebuf.broker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.Reservation;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.platform.Platform;

/**
 * DMA jobs on buffers: importers say when one begins and ends, everybody else waits for those that matter. Those of others, which only the kernel knows of, are waited
 * for at the platform.
 *
 * <p>Thread-safe: what there is of it lies in each buffer's {@link Reservation}.
 */
final class Jobs implements Fences {
    private final Broker broker;

    Jobs(Broker broker) {
        this.broker = broker;
    }

    @Override
    public void begin(UseId use, BufferId buffer) {
        BufferRecord record = broker.mapped(use, buffer);
        Access access = ready(use, record);
        long limit = broker.limits().moveNanos();
        try {
            if (record.reservation().begin(use, access, limit)) {
                give(use, record, access);
            } else {
                throw new RefusedException(Refusal.of(Errno.EBUSY, "move", buffer + " is still being moved after " + limit / 1_000_000 + " ms", "an end of the move")
                        .about(use.device(), use.use()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Refusal.of(Errno.EINTR, "move", "the waiting thread was interrupted", "no interrupt").about(use.device(), use.use()));
        }
    }

    @Override
    public boolean tryBegin(UseId use, BufferId buffer) {
        BufferRecord record = broker.mapped(use, buffer);
        Access access = ready(use, record);
        boolean begun = record.reservation().begin(use, access);
        if (begun) {
            give(use, record, access);
        }
        return begun;
    }

    /** A buffer is the device's: what the CPU and others wrote gets to where the device looks. */
    private void give(UseId use, BufferRecord record, Access access) {
        try {
            for (int i = 0; i < record.objects().size(); i++) {
                broker.platformOrThrow().beginDma(use.device(), record.object(i), access, driver(use));
            }
        } catch (RuntimeException e) {
            record.reservation().complete(use); // it has not begun
            throw e;
        }
    }

    /** Who is behind a job, for reports. */
    private String driver(UseId use) {
        return broker.seats().find(SeatKind.IMPORTER, use.device(), Importer.class).map(Seat::lastPid).orElse(use.device());
    }

    /** Waits for jobs of others on what somebody outside has. */
    private Access ready(UseId use, BufferRecord record) {
        Access access = broker.directory().find(use).orElseThrow(() -> new IllegalStateException("no use " + use)).use().access();
        if (record.pins().outside()) {
            awaitForeign(record, access, Duration.ofNanos(broker.limits().fenceNanos())).ifPresent(why -> {
                throw new RefusedException(why.about(use.device(), use.use()));
            });
        }
        return access;
    }

    @Override
    public void keep(UseId use, BufferId buffer) {
        broker.mapped(use, buffer).reservation().keep(use);
    }

    @Override
    public void letGo(UseId use, BufferId buffer) {
        broker.buffer(buffer).ifPresent(r -> r.reservation().letGo(use));
    }

    @Override
    public void complete(UseId use, BufferId buffer) {
        broker.buffer(buffer).ifPresent(record -> complete(use, record));
    }

    private void complete(UseId use, BufferRecord record) {
        // Handed back before anybody hears that the job is over.
        record.reservation().working(use).ifPresent(access -> broker.platform().ifPresent(p -> {
            for (int i = 0; i < record.objects().size(); i++) {
                p.endDma(use.device(), record.object(i), access, driver(use));
            }
        }));
        record.reservation().complete(use);
    }

    /**
     * Waits for jobs of others, which only the kernel knows of.
     *
     * @return why it is not to be touched
     */
    Optional<Refusal> awaitForeign(BufferRecord record, Access access, Duration limit) {
        return awaitForeign(record, access, limit, System.nanoTime() + limit.toNanos());
    }

    /** The same within a limit of which a part is over. */
    Optional<Refusal> awaitForeign(BufferRecord record, Access access, Duration limit, long end) {
        Platform raw = broker.platformOrThrow();
        try {
            for (int i = 0; i < record.objects().size(); i++) {
                Optional<String> left = raw.awaitFences(record.object(i), access, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                if (left.isPresent()) {
                    return Optional.of(Refusal.of(Errno.ETIMEDOUT, "fence", left.get() + " on " + record.object(i) + " not signalled after " + limit.toMillis() + " ms"
                            + (record.pins().all().isEmpty() ? "" : "; it is " + record.pins().all().getFirst()), "an end of its job"));
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Refusal.of(Errno.EINTR, "fence", "the waiting thread was interrupted", "no interrupt"));
        }
    }

    /** Waits, bounded, for jobs of ours that still run, those of one use or all; what does not end is reported with its owner. */
    void await(BufferRecord record, Optional<UseId> use) {
        boolean interrupted = false;
        long end = System.nanoTime() + broker.limits().fenceNanos();
        while (true) {
            try {
                List<Reservation.Fence> left = record.reservation().await(f -> use.isEmpty() || f.use().equals(use.get()), end - System.nanoTime());
                left.forEach(f -> broker.report("job of " + f + " on " + record.id() + " did not end within " + broker.limits().fenceNanos() / 1_000_000 + " ms"));
                break;
            } catch (InterruptedException e) {
                // An interrupt is the application's affair; the device still writes, and the wait is short.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
