package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;

/**
 * An importer as the kernel is one: it declares nothing, and takes the memory of some regions only. It remembers what it was shown, and
 * what it still has.
 */
final class Picky implements Importer {
    final List<String> shown = new ArrayList<>();
    final List<Attached> has = new ArrayList<>();
    private final Scene scene;
    private final Use use;
    /** What it says to a buffer that lies in these regions; empty: it takes it. */
    Function<BufferId, Optional<Errno>> says = b -> Optional.empty();

    Picky(Scene scene, String name, Access access) {
        this.scene = scene;
        FormatRange nv12 = FormatRange.linear(PixelFormat.NV12, ObjectRule.EITHER, new SizeRange(2, 4096, 2, 2, 4096, 2));
        use = new Use(new UseId(name, name), access, Scene.any(), List.of(nv12), true, LettingGo.BETWEEN_JOBS, 0);
    }

    /** It takes no memory of a region. */
    Picky refuses(String region, Errno errno) {
        Function<BufferId, Optional<Errno>> before = says;
        says = b -> where(b).contains(region) ? Optional.of(errno) : before.apply(b);
        return this;
    }

    String where(BufferId buffer) {
        return String.join("+", scene.broker.buffer(buffer).orElseThrow().objects().stream().map(m -> m.region().region().id().name()).toList());
    }

    @Override
    public List<Use> uses() {
        return List.of(use);
    }

    @Override
    public Outcome<Outcome.Done> attached(Attached a) {
        shown.add(String.join(",", new TreeSet<>(a.buffers().stream().map(this::where).toList())));
        Optional<Errno> no = a.buffers().stream().flatMap(b -> says.apply(b).stream()).findFirst();
        if (no.isPresent()) {
            return Outcome.no(Refusal.of(no.get(), "import", "the kernel said " + no.get(), "memory that " + use.id() + " takes"));
        }
        has.add(a);
        return Outcome.ok();
    }

    @Override
    public void detached(Attached a) {
        has.remove(a);
    }
}
