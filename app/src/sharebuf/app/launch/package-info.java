/**
 * Starts the framework with the core bundles and runs one command in it.
 *
 * <p>{@link sharebuf.app.launch.Main} runs on the plain class path, with nothing but the framework beside it. Commands are services
 * of JDK types, so that both class loaders see the same interface: a {@code java.util.function.ToIntFunction<String[]>} with the
 * property {@code sharebuf.command}.
 */
package sharebuf.app.launch;
