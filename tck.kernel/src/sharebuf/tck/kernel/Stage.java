package sharebuf.tck.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.osgi.service.cm.Configuration;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceNode;

/**
 * What one case plays on: a session, and the regions and devices that it asks for, each a configuration. {@link #close} takes all of it
 * down in the reverse order, so that what is left afterwards is a leak.
 *
 * <p>Confined to the thread of its case.
 */
final class Stage implements AutoCloseable {
    /** Limit of waits for DMA. */
    static final Duration LIMIT = Duration.ofSeconds(3);
    static final UseId CPU = UseId.parse("cpu");
    /** Where {@link #handles} has its device: it answers no ioctl. */
    private static final String NOWHERE = "/dev/null";
    private static final String NOBODY = "nobody";

    /** Something of the stage that ends. */
    interface Undo {
        /** Ends it. */
        void run() throws IOException, InterruptedException;
    }

    private final Framework framework;
    private final BufferBroker broker;
    private final Finds finds;
    private final Libc libc;
    private final Machine machine;
    private final Descriptors descriptors;
    private final Session session;
    private final List<Undo> undos = new ArrayList<>();

    Stage(Framework framework, BufferBroker broker, Finds finds, Libc libc, Machine machine, String name) {
        this.framework = framework;
        this.broker = broker;
        this.finds = finds;
        this.libc = libc;
        this.machine = machine;
        descriptors = new Descriptors(libc);
        session = broker.open(name);
    }

    Finds finds() {
        return finds;
    }

    Libc libc() {
        return libc;
    }

    Machine machine() {
        return machine;
    }

    /** Descriptors of the case's own, for what it says to the kernel itself. */
    Descriptors descriptors() {
        return descriptors;
    }

    BufferBroker broker() {
        return broker;
    }

    Session session() {
        return session;
    }

    Framework framework() {
        return framework;
    }

    /** A stage of its own on the same framework: for what a case does several times. */
    Stage inner() {
        return new Stage(framework, broker, finds, libc, machine, session.name());
    }

    /** Ends with the stage, before what was there already. */
    void later(Undo undo) {
        undos.add(undo);
    }

    /** A heap as region {@code heap}, served by allocator.granted; each grant is asked of the kernel. */
    void heap(String path, long limit) throws CaseFailed, IOException, InterruptedException {
        heap(path, limit, 0);
    }

    /** The same, where what is given back is kept for the next one. */
    void heap(String path, long limit, long recycle) throws CaseFailed, IOException, InterruptedException {
        region("sharebuf.linux.heap", "heap", table("path", path, "size", String.valueOf(limit), "recycle", String.valueOf(recycle)));
        seat("sharebuf.allocator.granted", "heap");
    }

    /** A memfd as region {@code pool}, served by allocator.generic; each dma-buf is asked of the kernel. */
    void pool(long size) throws CaseFailed, IOException, InterruptedException {
        pool(size, 0);
    }

    /** The same, where a dma-buf is kept for the next object of the same pieces. */
    void pool(long size, long recycle) throws CaseFailed, IOException, InterruptedException {
        region("sharebuf.linux.pool", "pool", table("size", String.valueOf(size), "recycle", String.valueOf(recycle)));
        seat("sharebuf.allocator.generic", "pool");
    }

    /** Memory that the driver of a device makes, as region {@code driver}, served by an exporter of that kind. */
    void driver(String device, String exporter, long limit) throws CaseFailed, IOException, InterruptedException {
        region("sharebuf.linux.driver", "driver", table("sharebuf.device", device, "size", String.valueOf(limit)));
        configure(exporter, "driver", table(MemoryRegion.REGION, "driver", "region.target", "(" + MemoryRegion.REGION + "=driver)", "node.target", "(sharebuf.device=" + device + ")"));
        CaseFailed.unless(framework.seated("allocator", "driver", exporter + "~driver"), "the memory of " + device + " has no allocator: " + framework.reason(exporter + "~driver"));
    }

    /** A region that nobody serves yet. */
    void region(String pid, String name, Dictionary<String, Object> values) throws CaseFailed, IOException, InterruptedException {
        values.put(MemoryRegion.REGION, name);
        configure(pid, name, values);
        if (framework.service(MemoryRegion.class, MemoryRegion.REGION, name, pid + "~" + name).isEmpty()) {
            throw new CaseFailed("there is no region " + name + ": " + framework.reason(pid + "~" + name));
        }
    }

    /** An allocator for a region. */
    void seat(String pid, String region) throws CaseFailed, IOException, InterruptedException {
        configure(pid, region, table(MemoryRegion.REGION, region, "region.target", "(" + MemoryRegion.REGION + "=" + region + ")"));
        CaseFailed.unless(framework.seated("allocator", region, pid + "~" + region), "region " + region + " has no allocator: " + framework.reason(pid + "~" + region));
    }

    /** The devices of this machine, which stay up for the next cases. */
    Devices devices() {
        return framework.devices();
    }

    /** A node that is none: it says which dma-buf an object is. */
    DeviceNode handles() throws CaseFailed, IOException, InterruptedException {
        String pid = "sharebuf.linux.device";
        configure(pid, NOBODY, table("sharebuf.device", NOBODY, "path", NOWHERE, DeviceNode.KIND, DeviceNode.DRM, "sharebuf.addressSpace", NOBODY));
        return framework.service(DeviceNode.class, "sharebuf.device", NOBODY, pid + "~" + NOBODY)
                .orElseThrow(() -> new CaseFailed("there is no device " + NOBODY + ": " + framework.reason(pid + "~" + NOBODY)));
    }

    /** A configuration that ends with the stage. */
    Configuration configure(String pid, String name, Dictionary<String, Object> values) throws IOException {
        Configuration configuration = framework.configure(pid, name, values);
        Class<?> brought = pid.equals("sharebuf.linux.device") ? DeviceNode.class : pid.startsWith("sharebuf.linux.") ? MemoryRegion.class : null;
        undos.add(() -> {
            framework.delete(configuration);
            if (brought != null) { // its descriptors are closed when it has gone
                String key = brought == DeviceNode.class ? "sharebuf.device" : MemoryRegion.REGION;
                framework.awaitInterruptibly(() -> !framework.there(brought, key, name));
            }
        });
        return configuration;
    }

    static Dictionary<String, Object> table(Object... pairs) {
        Hashtable<String, Object> table = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            table.put((String) pairs[i], pairs[i + 1]);
        }
        return table;
    }

    /** Buffers of bytes that the CPU uses. */
    BufferSet buffers(long bytes, int count) {
        return session.allocateFor(BufferSpec.bytes(bytes).count(count), List.of(CPU)).orThrow();
    }

    /** Opens a buffer for the CPU. */
    static CpuAccess open(SharedBuffer buffer, Access access) {
        return buffer.beginCpuAccess(access, LIMIT).orThrow();
    }

    /** What the kernel's machine has by name: for the numbers in messages. */
    long number(String file, long otherwise) {
        return machine.text(file).filter(t -> t.matches("\\d{1,18}")).map(Long::parseLong).orElse(otherwise);
    }

    /** Bytes of memory that can be had. */
    long memoryFree() {
        return machine.text("/proc/meminfo").stream().flatMap(String::lines).filter(l -> l.startsWith("MemAvailable:")).map(l -> l.replaceAll("\\D", ""))
                .mapToLong(kib -> Long.parseLong(kib) << 10).findFirst().orElse(0);
    }

    @Override
    public void close() throws IOException {
        session.close();
        IOException trouble = null;
        for (Undo undo : undos.reversed()) {
            try {
                undo.run();
            } catch (IOException e) {
                trouble = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                trouble = new InterruptedIOException("interrupted while the stage was taken down");
            }
        }
        undos.clear();
        descriptors.close();
        if (trouble != null) {
            throw trouble;
        }
    }
}
