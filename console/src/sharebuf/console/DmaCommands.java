package sharebuf.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.device.Device;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Quantity;

/**
 * The shell commands {@code dma:*}: each shows what there is at this moment. Thread-safe.
 */
@Component(service = DmaCommands.class, property = {"osgi.command.scope=dma", "osgi.command.function=devices", "osgi.command.function=uses",
        "osgi.command.function=allocators", "osgi.command.function=seats", "osgi.command.function=regions",
        "osgi.command.function=buffers", "osgi.command.function=mappings", "osgi.command.function=learnt", "osgi.command.function=explain",
        "osgi.command.function=sets", "osgi.command.function=leaks"})
public final class DmaCommands {
    private static final String HOW = "dma:explain USE,USE… FORMAT WIDTHxHEIGHT [COUNT], or dma:explain USE,USE… BYTES [COUNT]";
    private static final String PARAMETERS = "USE a device or device:use, see dma:uses; FORMAT and WIDTHxHEIGHT in pixels of a picture,"
            + " or BYTES such as 64KiB; COUNT of buffers, 1 when it is left out";

    private final BundleContext context;
    private final BufferBroker broker;
    private final Inventory inventory;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param broker for uses and explanations
     * @param inventory for everything else
     */
    @Activate
    public DmaCommands(BundleContext context, @Reference BufferBroker broker, @Reference Inventory inventory) {
        this.context = context;
        this.broker = broker;
        this.inventory = inventory;
    }

    /**
     * Devices that do DMA.
     *
     * @return a table
     */
    @Descriptor("devices that do DMA: what they reach, who sits in their seat")
    public String devices() {
        List<Device> devices = new ArrayList<>();
        for (ServiceReference<DeviceNode> each : nodes()) {
            DeviceNode node = context.getService(each);
            if (node != null) {
                devices.add(node.device());
                context.ungetService(each);
            }
        }
        devices.sort(Comparator.comparing(Device::name));
        return Views.devices(devices, inventory.snapshot());
    }

    private Collection<ServiceReference<DeviceNode>> nodes() {
        try {
            return context.getServiceReferences(DeviceNode.class, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What devices do with buffers.
     *
     * @return a table
     */
    @Descriptor("what devices do with buffers: access, formats, sizes, segments, how they let go")
    public String uses() {
        return Views.uses(broker.uses());
    }

    /**
     * Allocators and the regions they serve.
     *
     * @return a table
     */
    @Descriptor("allocators and the regions they serve")
    public String allocators() {
        return Views.allocators(inventory.snapshot());
    }

    /**
     * Every seat: regions, address spaces, devices, exporters.
     *
     * @return a table
     */
    @Descriptor("every seat: regions, address spaces, devices, exporters")
    public String seats() {
        return Views.seats(inventory.snapshot().seats());
    }

    /**
     * Regions of memory.
     *
     * @return a table
     */
    @Descriptor("regions of memory: addresses, size, what is used, reserved, lent")
    public String regions() {
        return Views.regions(inventory.snapshot());
    }

    /**
     * Live buffers, a line an object.
     *
     * @return a table
     */
    @Descriptor("live buffers, a line an object")
    public String buffers() {
        return Views.buffers(inventory.snapshot());
    }

    /**
     * Open sets.
     *
     * @return a table
     */
    @Descriptor("open sets by number, with their uses and owners")
    public String sets() {
        return Views.sets(inventory.snapshot());
    }

    /**
     * Everything that is held, by whom, since when, and where it was taken.
     *
     * @param args seconds
     * @return a table, oldest first
     */
    @Descriptor("what is held, by whom, since when, and the line that took it, oldest first: dma:leaks [SECONDS]")
    public String leaks(@Descriptor("SECONDS only what is held for at least so long") String... args) {
        Words.check(args);
        try {
            return Views.leaks(inventory.snapshot(), args.length == 0 ? 0 : Math.multiplyExact(Long.parseUnsignedLong(args[0]), 1000L));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("usage: dma:leaks [SECONDS], a whole number", e);
        }
    }

    /**
     * Live mappings.
     *
     * @return a table
     */
    @Descriptor("live mappings with their first bus address; below, who broke the rules of the streaming DMA API or of CPU access")
    public String mappings() {
        return Views.mappings(inventory.snapshot()) + Views.violations(inventory.violations());
    }

    /**
     * What importing taught.
     *
     * @return a table
     */
    @Descriptor("what importing taught: which use took which memory not, offered last from then on")
    public String learnt() {
        return Views.learnt(inventory.learnt());
    }

    /**
     * Which memory suits some uses, and why.
     *
     * @param args uses with commas between; format and size, or bytes; count
     * @return tables and the choice, or the refusal
     */
    @Descriptor("which memory suits some uses, and why: " + HOW)
    public String explain(@Descriptor(PARAMETERS) String... args) {
        Words.check(args);
        if (args.length == 0) {
            return "usage: " + HOW + "\n" + PARAMETERS + "; formats are " + PixelFormat.known();
        }
        BufferSpec spec = args.length < 2 ? null : spec(Arrays.copyOfRange(args, 1, args.length));
        if (spec == null) {
            throw new IllegalArgumentException("usage: " + HOW + "; formats are " + PixelFormat.known());
        }
        return switch (broker.resolve(List.of(args[0].split(",")))) {
            case Outcome.No<List<UseId>> no -> Views.refusal(no.refusal());
            case Outcome.Ok<List<UseId>> ok -> Views.explanation(broker.explain(spec, ok.value()));
        };
    }

    /** Null when the arguments say no buffer. */
    private static BufferSpec spec(String[] args) {
        PixelFormat format = PixelFormat.named(args[0]).orElse(null);
        try {
            if (format == null) {
                return args.length > 2 ? null : counted(BufferSpec.bytes(Quantity.parse(args[0])), args, 1);
            }
            String[] sides = args.length < 2 || args.length > 3 ? new String[0] : args[1].split("x", -1);
            return sides.length != 2 ? null
                    : counted(BufferSpec.picture(format, Integer.parseInt(sides[0]), Integer.parseInt(sides[1])), args, 2);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static BufferSpec counted(BufferSpec spec, String[] args, int index) {
        return args.length > index ? spec.count(Integer.parseInt(args[index])) : spec;
    }
}
