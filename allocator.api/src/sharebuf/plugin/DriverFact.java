package sharebuf.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Says what a kernel driver demands of memory that it imports, which the kernel itself tells nobody: becomes a capability of the bundle,
 * which is read as soon as the bundle is installed. It is prior knowledge: it decides what is tried first, and the import decides the rest.
 * The mask alone is obeyed, where neither configuration nor sysfs knows better, because the kernel hides from everybody what a wrong one does.
 */
@Capability(namespace = DriverFact.NAMESPACE)
@Repeatable(DriverFact.List.class)
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
public @interface DriverFact {
    /** Namespace of the capability. */
    String NAMESPACE = "sharebuf.driver";
    /** It takes any pages, scattered too. */
    String ANY = "any";
    /** Without an IOMMU it takes an object in one piece only; scattered pages pass when they happen to be adjacent. */
    String CONTIGUOUS = "contiguous";
    /** It takes only memory that it gave itself. */
    String OWN = "own";

    /**
     * The driver.
     *
     * @return its name in sysfs, where the {@code driver} link of a device leads
     */
    @Attribute
    String driver();

    /**
     * Which memory it imports.
     *
     * @return one of the constants; empty: unknown, or different from device to device
     */
    @Attribute
    String imports() default "";

    /**
     * Who may import the memory that it makes itself, which {@code Claims.take} brings in. Unlike what it imports this is obeyed and not tried:
     * other kernels' drivers take such memory without a word, and write past it or bring the kernel down.
     *
     * @return {@link #OWN}: its own devices and the CPU only; empty: anybody
     */
    @Attribute
    String gives() default "";

    /**
     * Width of the addresses that its devices send.
     *
     * @return 1 to 64; 0: unknown
     */
    @Attribute
    int maskBits() default 0;

    /**
     * Where this is known from, for whoever doubts it.
     *
     * @return a file of the kernel and a function, a data sheet, a trial
     */
    @Attribute
    String source();

    /** Container. */
    @Retention(RetentionPolicy.CLASS)
    @Target({ElementType.TYPE, ElementType.PACKAGE})
    @interface List {
        /**
         * The annotations.
         *
         * @return at least two
         */
        DriverFact[] value();
    }
}
