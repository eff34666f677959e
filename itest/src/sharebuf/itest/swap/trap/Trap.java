package sharebuf.itest.swap.trap;

import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Live;

/**
 * An allocator of the lowest place, and at each point of its life whatever a test has put there: a service {@link Callable} with the property
 * {@code trap}, called in this class's frames.
 */
public final class Trap implements Allocator {
    private MemoryRegion region;
    private TreeMap<Long, Long> taken = new TreeMap<>();

    /** Made by the component runtime. */
    public Trap() throws Exception {
        meet("constructor");
    }

    /** Called by the component runtime. */
    public void setRegion(MemoryRegion served) {
        region = served;
    }

    private static void meet(String point) throws Exception {
        BundleContext context = FrameworkUtil.getBundle(Trap.class).getBundleContext();
        try {
            for (ServiceReference<?> each : context.getServiceReferences(Callable.class, "(trap=" + point + ")")) {
                ((Callable<?>) context.getService(each)).call();
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void adopt(Live live) throws Exception {
        meet("adopt");
        TreeMap<Long, Long> fresh = new TreeMap<>();
        live.extents().forEach(held -> fresh.put(held.extent().offset(), held.extent().end()));
        taken = fresh;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return Outcome.ok(new Offer(Offer.CONTIGUOUS, "the lowest place"));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
        meet("place");
        long size = request.sizeIn(region.granule());
        long at = 0;
        for (var next : taken.entrySet()) {
            if (at + size <= next.getKey()) {
                break;
            }
            at = next.getValue();
        }
        if (at + size > region.size() || !region.vacate(at, size).isOk() || !claims.claim(at, size)) {
            return Outcome.no(Refusal.of(Errno.ENOMEM, "contiguous", "nothing", size + " bytes"));
        }
        taken.put(at, at + size);
        return Outcome.ok();
    }

    @Override
    public void released(Extent extent) {
        taken.remove(extent.offset());
    }
}
