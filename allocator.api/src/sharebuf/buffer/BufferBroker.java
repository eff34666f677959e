package sharebuf.buffer;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.device.Use;
import sharebuf.device.UseId;

/**
 * Answers which memory suits a set of devices, and shares it between them. The service an application starts from.
 *
 * <p>Thread-safe. Sessions belong to the bundle that got the service: they end by {@link Session#close()} or when that bundle has
 * stopped, never because a component was rebuilt.
 */
@ProviderType
public interface BufferBroker {
    /**
     * Opens a session: the owner of everything that is described, allocated or held through it.
     *
     * @param name shown in reports, not blank; need not be unique
     * @return the session
     */
    Session open(String name);

    /**
     * What the devices of the board do with buffers at this moment.
     *
     * @return ordered by name
     */
    List<Use> uses();

    /**
     * Turns names as people type them into uses. A device's only use may be named by the device; where a device has several, the
     * bare name means its only reading one when somebody else writes, else its only writing one.
     *
     * @param names {@code device} or {@code device:use}
     * @return the uses, in the same order; refused with ENODEV (unknown) or EINVAL (ambiguous), listing what there is
     */
    Outcome<List<UseId>> resolve(List<String> names);

    /**
     * Which memory suits the uses, and why; takes no memory.
     *
     * @param spec what is wanted
     * @param uses who will use it
     * @return merged constraints, allocators, choice or refusal
     */
    Explanation explain(BufferSpec spec, List<UseId> uses);

    /**
     * One use.
     *
     * @param id its name
     * @return empty when no device offers it now
     */
    Optional<Use> use(UseId id);

    /**
     * What importing taught since the broker started: which uses took which memory not. Kept while devices, regions and their plug-ins
     * stay the same.
     *
     * @return by use, region and size
     */
    List<Hypothesis> learnt();
}
