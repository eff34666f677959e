package sharebuf.buffer;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A value, or a refusal that explains itself. Shortage and unsuitable memory are outcomes; a caller's mistake is an unchecked
 * exception.
 *
 * <p>Immutable.
 *
 * @param <T> type of the value
 */
public sealed interface Outcome<T> {
    /**
     * It worked.
     *
     * @param <T> type of the value
     * @param value the value, not null
     */
    record Ok<T>(T value) implements Outcome<T> {
        /** Checks that there is a value. */
        public Ok {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * It was refused.
     *
     * @param <T> type of the value that is not there
     * @param refusal why
     */
    record No<T>(Refusal refusal) implements Outcome<T> {
        /** Checks that there is a reason. */
        public No {
            Objects.requireNonNull(refusal, "refusal");
        }
    }

    /** Something without a value worked. */
    enum Done {
        /** It worked. */
        DONE
    }

    /**
     * It worked.
     *
     * @param <T> type of the value
     * @param value the value
     * @return ok
     */
    static <T> Outcome<T> ok(T value) {
        return new Ok<>(value);
    }

    /**
     * It worked, and there is no value.
     *
     * @return ok
     */
    static Outcome<Done> ok() {
        return new Ok<>(Done.DONE);
    }

    /**
     * It was refused.
     *
     * @param <T> type of the value that is not there
     * @param refusal why
     * @return no
     */
    static <T> Outcome<T> no(Refusal refusal) {
        return new No<>(refusal);
    }

    /**
     * Whether it worked.
     *
     * @return true for {@link Ok}
     */
    default boolean isOk() {
        return this instanceof Ok<T>;
    }

    /**
     * The value, if it worked.
     *
     * @return the value or empty
     */
    default Optional<T> asOptional() {
        return this instanceof Ok<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    /**
     * The refusal, if it was refused.
     *
     * @return the refusal or empty
     */
    default Optional<Refusal> why() {
        return this instanceof No<T>(Refusal refusal) ? Optional.of(refusal) : Optional.empty();
    }

    /**
     * The value, for callers to whom a refusal is a failure.
     *
     * @return the value
     * @throws RefusedException with the refusal when it was refused
     */
    default T orThrow() {
        return switch (this) {
            case Ok<T>(T value) -> value;
            case No<T>(Refusal refusal) -> throw new RefusedException(refusal);
        };
    }

    /**
     * Another value in its place.
     *
     * @param <R> its type
     * @param f applied to the value
     * @return the outcome of that
     */
    default <R> Outcome<R> map(Function<? super T, ? extends R> f) {
        return switch (this) {
            case Ok<T>(T value) -> new Ok<>(f.apply(value));
            case No<T>(Refusal refusal) -> new No<>(refusal);
        };
    }

    /**
     * A further step that may be refused.
     *
     * @param <R> its type
     * @param f applied to the value
     * @return its outcome
     */
    default <R> Outcome<R> then(Function<? super T, Outcome<R>> f) {
        return switch (this) {
            case Ok<T>(T value) -> f.apply(value);
            case No<T>(Refusal refusal) -> new No<>(refusal);
        };
    }
}
