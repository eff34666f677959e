package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/** Each case passes importers that keep the contract and catches some that break its point. */
class ImporterCasesTest {
    private interface Maker {
        HonestImporter of(DeviceNode node, Fences fences, Notes notes) throws Exception;
    }

    private static ImporterSubject of(Maker maker) {
        return new ImporterSubject() {
            @Override
            public List<Supplier<TestDevice>> devices() {
                return List.of(Blitter::new);
            }

            @Override
            public Importer open(TestDevice device, Fences fences, Notes notes) throws Exception {
                return maker.of(device, fences, notes);
            }

            @Override
            public Optional<DeviceWork> work(Importer importer, Use use) {
                return Optional.of((HonestImporter) importer);
            }
        };
    }

    @TestFactory
    Stream<DynamicTest> honestOnesPass() {
        return Stream.of(7L, 8L, 9L).flatMap(seed -> Stream.of(Access.values()).flatMap(access -> ImporterCases.all(seed).stream()
                .map(c -> dynamicTest(c.name() + " " + access + " " + seed, () -> c.run(of((node, fences, notes) -> new HonestImporter(node, fences, notes, access)))))));
    }

    /** Case, what is broken, and some of what is said of it. */
    private record Broken(String name, String said, Maker maker) {
    }

    /** Writes, which is where most can go wrong. */
    private static class Writer extends HonestImporter {
        Writer(DeviceNode node, Fences fences, Notes notes) {
            super(node, fences, notes, Access.WRITE);
        }
    }

    private static final List<Broken> BROKEN = List.of(new Broken("uses-are-stable", "with buffers attached", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public List<Use> uses() {
            Use use = super.uses().getFirst();
            return List.of(imported.isEmpty() ? use : new Use(use.id(), use.access(), use.dma(), use.formats(), true, LettingGo.NEVER, 1));
        }
    }), new Broken("takes-what-it-says", "which it says it takes", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized Outcome<Outcome.Done> attached(Attached attached) {
            return attached.layout().objects().size() > 1 ? refused(Map.of(), new DeviceException(sharebuf.buffer.Errno.EINVAL, "blitter", "IMPORT", "")) : super.attached(attached);
        }
    }), new Broken("takes-what-it-says", "detached, the device still holds", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized void detached(Attached attached) {
            attached.buffers().forEach(imported::remove);
        }
    }), new Broken("attach-refusals", "refused, the device still holds", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        Outcome<Outcome.Done> refused(Map<BufferId, List<Integer>> taken, DeviceException e) {
            return super.refused(Map.of(), e);
        }
    }), new Broken("attach-refusals", "attached threw", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        Outcome<Outcome.Done> refused(Map<BufferId, List<Integer>> taken, DeviceException e) {
            taken.values().forEach(this::drop);
            throw new IllegalStateException(e);
        }
    }), new Broken("odd-attachments", "attached threw", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized Outcome<Outcome.Done> attached(Attached attached) {
            attached.layout().objects().forEach(Math::toIntExact);
            return super.attached(attached);
        }
    }), new Broken("moves", "were moved away from", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        void renew(Attached attached) {
            // It goes on with what it has.
        }
    }), new Broken("moves-while-working", "without a job", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        synchronized void start(BufferId buffer) {
            if (!jobs.containsKey(buffer)) {
                work(buffer);
            }
        }
    }), new Broken("moves-while-working", "jobs are not complete", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        void finished(int descriptor) {
            jobs.values().remove(descriptor);
        }
    }), new Broken("moves-while-working", "did not begin them", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized void moveNotify(Attached attached, Phase phase) {
            heldBack.removeAll(attached.buffers());
            super.moveNotify(attached, phase);
        }
    }), new Broken("failed-moves", "detached, the device still holds", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        void undo(List<Integer> fresh) {
            // What was imported before one failed.
        }
    }), new Broken("detach-while-working", "detached, the device still holds", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        void stop(BufferId buffer) {
            if (jobs.remove(buffer) != null) {
                fences.complete(use, buffer);
            }
        }
    }), new Broken("detach-while-working", "jobs on the buffers are not complete", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        void stop(BufferId buffer) {
            Integer descriptor = jobs.remove(buffer);
            if (descriptor != null) {
                try {
                    ioctl(Blitter.STOP, descriptor);
                } catch (DeviceException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }), new Broken("hostile-orders", "AFTER of what is not attached", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized void moveNotify(Attached attached, Phase phase) {
            if (phase == Phase.AFTER) {
                attached.buffers().forEach(b -> imported.putIfAbsent(b, List.of()));
            }
            super.moveNotify(attached, phase);
        }
    }), new Broken("hostile-orders", "which is not imported", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized void detached(Attached attached) {
            attached.buffers().forEach(b -> {
                stop(b);
                drop(imported.getOrDefault(b, List.of())); // and does not forget them
            });
        }
    }), new Broken("importer-adoption", "a successor rehearsed", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public synchronized void adopt(Live live) throws Exception {
            super.adopt(live);
            for (int each = 5000; each < 5100 && live.attachments().isEmpty(); each++) {
                if (ioctl(Blitter.WORKS, each) == 1) {
                    ioctl(Blitter.STOP, each);
                    ioctl(Blitter.DROP, each);
                }
            }
        }
    }), new Broken("importer-adoption-again", "still holds", (node, fences, notes) -> new Writer(node, fences, notes) {
        private int adopted;

        @Override
        public synchronized void adopt(Live live) throws Exception {
            super.adopt(live);
            adopted += live.attachments().size();
        }

        @Override
        public synchronized void detached(Attached attached) {
            if (--adopted < 2) {
                super.detached(attached);
            }
        }
    }), new Broken("importer-catching-up", "still holds", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public boolean catchUp(Changes changes) {
            return true;
        }
    }), new Broken("importer-strange-notes", "which is not imported", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        List<Integer> read(Note note) {
            return note.data().stream().map(Long::intValue).toList();
        }
    }), new Broken("importer-makes-way", "did not come back", (node, fences, notes) -> new Writer(node, fences, notes) {
        @Override
        public void await(Duration limit) throws Exception {
            node.poll(DeviceNode.POLLIN, limit);
        }
    }), new Broken("importer-calls-overlap", "not my thread", (node, fences, notes) -> new Writer(node, fences, notes) {
        private final Thread own = Thread.currentThread();

        @Override
        public synchronized Outcome<Outcome.Done> attached(Attached attached) {
            if (Thread.currentThread() != own) {
                throw new IllegalStateException("not my thread");
            }
            return super.attached(attached);
        }
    }));

    @TestFactory
    Stream<DynamicTest> brokenOnesFail() {
        Map<String, ConformanceCase<ImporterSubject>> cases = ImporterCases.all(7).stream().collect(Collectors.toMap(ConformanceCase::name, c -> c));
        return BROKEN.stream().map(b -> dynamicTest(b.name() + ": " + b.said(), () -> assertThatThrownBy(() -> cases.get(b.name()).run(of(b.maker()))).isInstanceOf(CaseFailed.class)
                .hasMessageContaining(b.said())));
    }

    @Test
    void everyCaseHasOneThatBreaksIt() {
        assertThat(BROKEN).extracting(Broken::name).containsAll(ImporterCases.all(1).stream().map(ConformanceCase::name).toList());
    }
}
