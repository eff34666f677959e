package sharebuf.deploy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sharebuf.deploy.BoardFile.BundleRef;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.Variable.Range;

/**
 * A board that was checked: what to install and configure, and which seats must be taken.
 *
 * <p>Immutable.
 *
 * @param file its name, for messages
 * @param name the board's name
 * @param description what it is
 * @param variables with the options applied
 * @param ranges what variables may be, where the file says so
 * @param bundles to install
 * @param places configurations of the platform: itself, memory, then regions, then devices
 * @param plugins configurations of plug-ins
 * @param seats that must be taken, each with the configuration that makes the place
 * @param compatible what each device is
 */
record Plan(String file, String name, String description, Map<String, String> variables, Map<String, Range> ranges, List<BundleRef> bundles,
        List<Config> places, List<Config> plugins, Map<SeatName, Config> seats, Map<String, Set<String>> compatible) {
    /** Copies the lists. */
    Plan {
        bundles = List.copyOf(bundles);
        places = List.copyOf(places);
        plugins = List.copyOf(plugins);
    }

    /** The plug-in's configuration that names a seat. */
    Optional<Config> plugin(SeatName seat) {
        return plugins.stream().filter(c -> c.text(SeatName.key(seat.kind())).equals(Optional.of(seat.name()))).findFirst();
    }
}
