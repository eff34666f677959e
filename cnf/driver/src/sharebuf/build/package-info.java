/**
 * The build of this workspace, over the bnd libraries: clean, build, test, publish, release, in one JVM.
 *
 * <p>The launcher {@code ./sharebuf} compiles these classes when they changed. {@link sharebuf.build.Main} reads the
 * command; {@link sharebuf.build.House} opens the bnd workspace; {@link sharebuf.build.Builder} makes jars,
 * {@link sharebuf.build.TestRun} runs tests. CONTRIBUTING.md says how the pieces play together.
 */
package sharebuf.build;
