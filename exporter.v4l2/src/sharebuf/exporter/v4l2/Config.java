package sharebuf.exporter.v4l2;

/** Configuration of one region. */
@interface Config {
    /**
     * Which queue makes the memory: {@code capture}, {@code output}, or {@code auto} for the first of them that the device has. The two
     * queues of one device may be different hardware, with different memory.
     *
     * @return the queue
     */
    String queue() default "auto";
}
