package sharebuf.broker.seat;

import java.util.Optional;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/** What the ledger has for a seat: whoever takes the seat adopts it. Implementations are thread-safe and call no plug-in. */
@FunctionalInterface
public interface Holdings {
    /**
     * What is live at this moment.
     *
     * @return all of it
     */
    Live live();

    /**
     * How much is live.
     *
     * @return extents, mappings and attachments
     */
    default int size() {
        Live live = live();
        return live.extents().size() + live.mappings().size() + live.attachments().size();
    }

    /**
     * Notes from here on what changes, for one follower at a time: whoever followed before is told that it lost track.
     *
     * @return empty where changes are not noted
     */
    default Optional<Following> follow() {
        return Optional.empty();
    }

    /** Somebody who knew what was live at a moment and wants to know what changed since. Thread-safe. */
    interface Following {
        /**
         * What was live when it began.
         *
         * @return all of it
         */
        Live begun();

        /**
         * What changed since it began, or since this was asked last.
         *
         * @return empty when it lost track: too much changed, or another follows
         */
        Optional<Changes> changes();

        /** Nothing needs to be noted any more. */
        void end();
    }
}
