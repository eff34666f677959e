package sharebuf.platform.linux;

/** Configuration of the platform; its being there is what chooses it. */
@interface PlatformConfig {
    /** Where {@code /dev}, {@code /sys} and {@code /proc} are. */
    String root() default "/";

    /** Most bytes of foreign dma-bufs at a time; 0: none are imported. */
    String foreign() default "4GiB";
}
