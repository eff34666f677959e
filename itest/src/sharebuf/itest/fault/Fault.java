package sharebuf.itest.fault;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.Bundle;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Table;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.Windows;

/** What a hostile plug-in does in place of one method. */
@FunctionalInterface
interface Fault {
    /** Signals that the real method shall answer after all. */
    Object PROCEED = new Object();

    /** Misbehaves. */
    Object instead(Method method, Object[] args, Bundle own) throws Throwable;

    /** Every way to misbehave in a method, by name. A return type that is not known here has no case, and fails the sweep. */
    static TreeMap<String, Fault> of(Method method, CountDownLatch end) {
        TreeMap<String, Fault> faults = new TreeMap<>();
        faults.put("exception", (m, a, b) -> {
            throw new IllegalStateException("sweep");
        });
        faults.put("error", (m, a, b) -> {
            throw new LinkageError("sweep");
        });
        faults.put("block", (m, a, b) -> {
            end.await();
            return PROCEED;
        });
        faults.put("block, deaf", (m, a, b) -> {
            while (true) {
                try {
                    end.await();
                    return PROCEED;
                } catch (InterruptedException e) {
                    Thread.interrupted();
                }
            }
        });
        faults.put("stop own bundle", (m, a, b) -> {
            b.stop();
            return PROCEED;
        });
        int number = 0;
        for (Object garbage : garbage(method)) {
            faults.put("garbage " + number++, (m, a, b) -> garbage == NULL ? null : garbage);
        }
        if (method.getParameterTypes().length > 1 && method.getParameterTypes()[1] == Claims.class) {
            faults.put("nonsense claims", (m, a, b) -> nonsense((Claims) a[1]));
        }
        if (method.getParameterTypes().length > 1 && method.getParameterTypes()[1] == Table.class) {
            faults.put("nonsense entries", (m, a, b) -> nonsense(a[0], (Table) a[1]));
        }
        return faults;
    }

    /** Stands for null in lists that hold none. */
    Object NULL = new Object();

    private static List<Object> garbage(Method method) {
        Class<?> type = method.getReturnType();
        if (type == void.class) {
            return List.of();
        }
        if (type == boolean.class) {
            return List.of(true, false);
        }
        List<Object> list = new ArrayList<>(List.of(NULL));
        if (type == Outcome.class) {
            list.addAll(List.of(Outcome.ok("garbage"), Outcome.ok(), Outcome.ok(new Offer(0, "")), Outcome.no(Refusal.of(Errno.EIO, "", "", ""))));
        } else if (type == List.class) {
            DmaConstraints any = DmaConstraints.builder().build();
            list.addAll(List.of(List.of(), List.of("garbage"), List.of(new Use(new UseId("camera", "camera"), Access.WRITE, any, List.of(), true, LettingGo.NEVER, 0))));
        } else if (type == Set.class) {
            list.addAll(List.of(Set.of(), Set.of("garbage")));
        } else if (type == Optional.class) {
            list.addAll(List.of(Optional.empty(), Optional.of("garbage"), Optional.of(MemoryConstraints.NONE)));
        } else if (type == Layout.class) {
            list.addAll(List.of(Layout.ofBytes(1), Layout.ofBytes(1L << 40)));
        } else if (type == MemoryConstraints.class) {
            list.addAll(List.of(MemoryConstraints.NONE, new MemoryConstraints(new Asked<>(Windows.NONE, new TreeSet<>(List.of(new UseId("x", "y")))), Asked.byNobody(1L),
                    new TreeSet<>(), new TreeMap<>(), new TreeMap<>())));
        } else {
            throw new AssertionError(method + ": the sweep has no garbage of type " + type.getName() + "; add some");
        }
        return list;
    }

    private static Object nonsense(Claims claims) {
        for (long[] claim : new long[][] {{-4096, 4096}, {0, 0}, {1, 4096}, {0, Long.MAX_VALUE}, {Long.MAX_VALUE - 4095, 4096}, {0, 4096}, {0, 4096}, {0, 8192}}) {
            try {
                claims.claim(claim[0], claim[1]);
            } catch (IllegalArgumentException refused) {
                continue;
            }
        }
        return Outcome.ok();
    }

    private static Object nonsense(Object first, Table table) {
        if (first instanceof MapRequest r) {
            var extent = r.pieces().getFirst().extent();
            long base = r.pieces().getFirst().span().base();
            for (Runnable r1 : List.<Runnable>of(() -> table.enter(base, extent, -1, 4096, r.access()), () -> table.enter(base, extent, 0, 0, r.access()),
                    () -> table.enter(base + 4096, extent, 4096, 4096, r.access()), () -> table.enter(-1, extent, 0, 4096, r.access()),
                    () -> table.enter(base, new sharebuf.memory.Extent(extent.region(), extent.offset() + 4096, 4096), 0, 4096, r.access()),
                    () -> table.enter(base + (1 << 20), extent, 0, 4096, r.access()), () -> table.remove(base, 1), table::flush)) {
                try {
                    r1.run();
                } catch (IllegalArgumentException refused) {
                    continue;
                }
            }
        }
        return null;
    }
}
