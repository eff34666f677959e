package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.memory.MemoryConstraints;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/** Each case passes an exporter that keeps the contract and catches one that breaks its point. */
class ExporterCasesTest {
    /** Takes pictures and gives each object whole pages; as it adopts and makes way, so it answers. */
    private static class Pages implements Exporter {
        @Override
        public boolean takes(Request request) {
            return request.spec().format().isPresent();
        }

        @Override
        public Layout layout(Request request, Layout usual) {
            return new Layout(usual.objects().stream().map(bytes -> bytes + 4095 & -4096).toList(), usual.planes());
        }
    }

    @TestFactory
    Stream<DynamicTest> honestOnesPass() {
        return Stream.of(7L, 8L, 9L).flatMap(seed -> ExporterCases.all(seed).stream().map(c -> dynamicTest(c.name() + " " + seed, () -> c.run(name -> new Pages()))));
    }

    /** Case to an exporter that must fail it, and some of what is said of it. */
    private static final Map<String, Map.Entry<ExporterSubject, String>> BROKEN = Map.of("export-odd-requests", Map.entry(name -> new Pages() {
        @Override
        public boolean takes(Request request) {
            return request.spec().format().map(f -> Math.multiplyExact(request.spec().width(), request.spec().height()) > 0).orElse(false);
        }
    }, "ArithmeticException"), "answers-are-stable", Map.entry(name -> new Pages() {
        private int asked;

        @Override
        public boolean takes(Request request) {
            return super.takes(request) && asked++ < 300;
        }
    }, "asked"), "layouts-hold", Map.entry(name -> new Pages() {
        @Override
        public Layout layout(Request request, Layout usual) {
            // A pitch of its own, which is sometimes less than what a device asks for.
            List<PlaneLayout> planes = usual.planes().stream().map(p -> new PlaneLayout(p.object(), p.offset(), Math.min(p.pitch(), 8192), p.rows())).toList();
            return new Layout(usual.objects(), planes);
        }
    }, "does not hold"), "others-move", Map.entry(name -> new Pages() {
        @Override
        public Outcome<Outcome.Done> mayMove(BufferId buffer) {
            return Outcome.no(Refusal.of(Errno.EBUSY, "slot", "none of " + buffer, "a slot"));
        }
    }, "which it never saw"), "export-adoption", Map.entry(name -> new Pages() {
        private int adopted;

        @Override
        public void adopt(Live live) {
            adopted++;
        }

        @Override
        public boolean takes(Request request) {
            return super.takes(request) && adopted == 1;
        }
    }, "after another adoption"), "export-catching-up", Map.entry(name -> new Pages() {
        private boolean caughtUp;

        @Override
        public boolean catchUp(Changes changes) {
            caughtUp = true;
            return true;
        }

        @Override
        public boolean takes(Request request) {
            return super.takes(request) && !caughtUp;
        }
    }, "caught up"), "export-makes-way", Map.entry(name -> new Pages() {
        private boolean gone;

        @Override
        public void makeWay() {
            gone = true; // and no carryOn
        }

        @Override
        public boolean takes(Request request) {
            if (gone) {
                throw new sharebuf.plugin.MadeWayException();
            }
            return super.takes(request);
        }
    }, "made way"), "calls-overlap", Map.entry(name -> new Pages() {
        private final Thread own = Thread.currentThread();

        @Override
        public boolean takes(Request request) {
            if (Thread.currentThread() != own) {
                throw new IllegalStateException("not my thread");
            }
            return super.takes(request);
        }
    }, "not my thread"));

    @TestFactory
    Stream<DynamicTest> brokenOnesFail() {
        return ExporterCases.all(7).stream().map(c -> dynamicTest(c.name(), () -> assertThatThrownBy(() -> c.run(BROKEN.get(c.name()).getKey())).isInstanceOf(CaseFailed.class)
                .hasMessageContaining(BROKEN.get(c.name()).getValue())));
    }

    @Test
    void everyCaseHasOneThatBreaksIt() {
        assertThat(ExporterCases.all(1)).extracting(ConformanceCase::name).containsExactlyInAnyOrderElementsOf(BROKEN.keySet());
    }

    @Test
    void whatItIsSaidToWantIsAskedToo() {
        Request wanted = new Request("test", BufferSpec.picture(PixelFormat.NV12, 640, 480), 0, 1, MemoryConstraints.NONE, Set.of());
        ConformanceCase<ExporterSubject> holds = ExporterCases.all(7).stream().filter(c -> c.name().equals("layouts-hold")).findFirst().orElseThrow();
        ExporterSubject refusing = new ExporterSubject() {
            @Override
            public Exporter open(String name) {
                return request -> false;
            }

            @Override
            public List<Request> wanted() {
                return List.of(wanted);
            }
        };
        assertThatThrownBy(() -> holds.run(refusing)).isInstanceOf(CaseFailed.class).hasMessageContaining("takes nothing of what it is said to want");
        holds.run(name -> request -> false); // one that takes nothing of the kit's own breaks nothing
    }
}
