/** Linux from Java: system calls by {@code java.lang.foreign}, descriptors that close once, facts of devices. A plain library. */
package sharebuf.linux;
