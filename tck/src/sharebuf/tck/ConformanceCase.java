package sharebuf.tck;

/**
 * One case of a kit.
 *
 * @param <S> what makes the plug-ins
 * @param name its name, stable
 * @param what what it demands
 * @param body throws {@link CaseFailed}
 */
public record ConformanceCase<S>(String name, String what, Body<S> body) {
    /**
     * What a case does.
     *
     * @param <S> what makes the plug-ins
     */
    @FunctionalInterface
    public interface Body<S> {
        /**
         * Runs it.
         *
         * @param subject makes the plug-ins
         * @throws Exception any; the case fails
         */
        void run(S subject) throws Exception;
    }

    /**
     * Runs it.
     *
     * @param subject makes the plug-ins
     * @throws CaseFailed when they fail it
     */
    public void run(S subject) {
        try {
            body.run(subject);
        } catch (CaseFailed e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new CaseFailed("threw " + e, e);
        }
    }
}
