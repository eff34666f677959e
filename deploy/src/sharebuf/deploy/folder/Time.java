package sharebuf.deploy.folder;

import java.time.Instant;

/** What time it is, twice: for how long something lasts, and for comparing with the times of files. */
interface Time {
    /** The real one. */
    Time REAL = new Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant wall() {
            return Instant.now();
        }
    };

    /** Never jumps; differences count. */
    long nanos();

    /** What files are stamped with. */
    Instant wall();
}
