package sharebuf.itest.fault;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.exporter.Exporter;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;
import sharebuf.plugin.Live;

/** A bundle of its own with one plug-in of each kind, all well-behaved but for one method. Several of them stand in line for the same seats. */
final class Victim {
    /** Every interface that plug-ins implement. */
    static final List<Class<?>> INTERFACES = List.of(Allocator.class, DmaMapOps.class, Importer.class, Exporter.class);
    private static final String KIND = "sweep.kind";
    /** Takes memory of the victim's region only. */
    static final UseId USE = new UseId("probe", "probe");
    /** Takes any memory, and gets the victim's where nobody else is. */
    static final UseId EASY = new UseId("probe", "easy");

    private final Bundle bundle;
    private final AtomicInteger hits = new AtomicInteger();

    private Victim(Bundle bundle) {
        this.bundle = bundle;
    }

    /** One whose plug-ins all behave. */
    static Victim good(BundleContext context, String name) throws Exception {
        return install(context, name, null, null, null);
    }

    static Victim install(BundleContext context, String name, Class<?> broken, Method method, Fault fault) throws Exception {
        Bundle bundle = context.installBundle("sweep:" + name, new ByteArrayInputStream(jar(name)));
        bundle.start();
        Victim victim = new Victim(bundle);
        TreeMap<Class<?>, Object> good = new TreeMap<>((a, b) -> a.getName().compareTo(b.getName()));
        good.put(Allocator.class, new FirstFit());
        good.put(DmaMapOps.class, new Same());
        good.put(Importer.class, new Taking());
        good.put(Exporter.class, new Greedy());
        for (Class<?> type : INTERFACES) {
            victim.register(type, good.get(type), type == broken ? method : null, fault);
        }
        return victim;
    }

    private void register(Class<?> type, Object good, Method method, Fault fault) {
        Object proxy = Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, (p, m, args) -> {
            if (m.getDeclaringClass() == Object.class) {
                return m.invoke(good, args);
            }
            if (method != null && m.getName().equals(method.getName())) {
                hits.incrementAndGet();
                Object answer = fault.instead(m, args, bundle);
                if (answer != Fault.PROCEED) {
                    return answer;
                }
            }
            try {
                return m.invoke(good, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        // What is registered before may have stopped the bundle; then there is nothing more to register.
        BundleContext own = bundle.getBundleContext();
        if (own != null) {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put("service.pid", "sweep." + type.getSimpleName());
            properties.put("sharebuf.region", "faulty");
            properties.put("sharebuf.addressSpace", "odd");
            properties.put("sharebuf.device", "probe");
            properties.put("sharebuf.exporter", "greedy");
            own.registerService(type.getName(), proxy, properties);
        }
    }

    /** As the seats know it. */
    long id() {
        return bundle.getBundleId();
    }

    /** How often the broken method was called. */
    int hits() {
        return hits.get();
    }

    void uninstall() throws Exception {
        bundle.uninstall();
    }

    private static byte[] jar(String name) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "sweep." + name);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return bytes.toByteArray();
    }

    private static final class FirstFit implements Allocator {
        private final TreeMap<Long, Long> live = new TreeMap<>();

        @Override
        public void adopt(Live l) {
            live.clear();
            l.extents().forEach(h -> live.put(h.extent().offset(), h.extent().size()));
        }

        @Override
        public Set<String> understands() {
            return Set.of(KIND);
        }

        @Override
        public Outcome<Offer> offer(Request request) {
            return Outcome.ok(new Offer(Offer.ORDINARY, "first fit"));
        }

        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) {
            long size = request.sizeIn(4096);
            long at = 0;
            for (var e : live.entrySet()) {
                if (e.getKey() - at >= size) {
                    break;
                }
                at = e.getKey() + e.getValue();
            }
            if (!claims.claim(at, size)) {
                return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "full", "room"));
            }
            live.put(at, size);
            return Outcome.ok();
        }

        @Override
        public void released(Extent extent) {
            live.remove(extent.offset());
        }
    }

    private static final class Same implements DmaMapOps {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.direct(use, own);
        }

        @Override
        public void map(MapRequest request, Table table) {
            for (Piece p : request.pieces()) {
                table.enter(p.span().base(), p.extent(), 0, p.span().size(), request.access());
            }
        }

        @Override
        public void unmap(Mapped mapped, Table table) {
            for (SegmentRule.Segment s : mapped.segments()) {
                table.remove(s.dma(), s.size());
            }
            table.flush();
        }
    }

    private static final class Taking implements Importer {
        @Override
        public List<Use> uses() {
            DmaConstraints here = DmaConstraints.builder().regions(0, List.of("faulty")).vendor(VendorConstraint.of(KIND, VendorConstraint.Rule.MAX, 1)).build();
            return List.of(new Use(USE, Access.WRITE, here, List.of(), true, LettingGo.BETWEEN_JOBS, 0),
                    new Use(EASY, Access.READ, DmaConstraints.builder().build(), List.of(), true, LettingGo.BETWEEN_JOBS, 0));
        }
    }

    private static final class Greedy implements Exporter {
        @Override
        public boolean takes(Request request) {
            return request.constraints().regions().containsKey(0);
        }
    }
}
