package sharebuf.platform.linux;

/** Configuration of the platform; its being there is what chooses it. */
@interface PlatformConfig {
    /** Where {@code /dev}, {@code /sys} and {@code /proc} are. */
    String root() default "/";
}
