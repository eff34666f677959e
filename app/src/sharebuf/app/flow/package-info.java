/** Frames at work: devices that write and read the buffers of a set, each on a thread of its own, and those who look at the pixels. */
package sharebuf.app.flow;
