package sharebuf.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Says what a bundle serves, as a kernel module declares its alias: becomes a capability of the bundle, which {@code deploy}
 * reads to configure it.
 */
@Capability(namespace = Serves.NAMESPACE)
@Repeatable(Serves.List.class)
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
public @interface Serves {
    /** Namespace of the capability. */
    String NAMESPACE = "sharebuf.plugin";
    /** Kind: an allocator; configured with {@code sharebuf.region}. */
    String ALLOCATOR = "allocator";
    /** Kind: dma_map_ops; configured with {@code sharebuf.addressSpace}. */
    String MAPOPS = "mapops";
    /** Kind: an importer; configured with {@code sharebuf.device}. */
    String IMPORTER = "importer";
    /** Kind: an exporter; configured with {@code sharebuf.exporter}. */
    String EXPORTER = "exporter";

    /**
     * The kind of plug-in.
     *
     * @return one of the constants
     */
    @Attribute
    String kind();

    /**
     * The factory PID of its component: one configuration a seat.
     *
     * @return the PID
     */
    @Attribute
    String pid();

    /**
     * Compatible strings of the devices or regions it is for.
     *
     * @return none means any of its kind
     */
    @Attribute
    String[] compatible() default {};

    /** Container. */
    @Retention(RetentionPolicy.CLASS)
    @Target({ElementType.TYPE, ElementType.PACKAGE})
    @interface List {
        /**
         * The annotations.
         *
         * @return at least two
         */
        Serves[] value();
    }
}
