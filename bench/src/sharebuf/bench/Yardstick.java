package sharebuf.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The same calls in C: {@code yardstick.c}, loaded into this process. Each method makes many of them, so that what it costs to get
 * there is of no weight. Stateless; the library stays loaded.
 */
final class Yardstick {
    /** Where somebody who has a compiler left the library for machines without one, below {@code sharebuf.home}. */
    private static final String BROUGHT = "bench/yardstick.so";

    private final MethodHandle ioctl;
    private final MethodHandle makeAndClose;
    private final MethodHandle memset;
    private final MethodHandle mapBatched;
    private final MethodHandle mapPages;

    @SuppressWarnings("restricted") // a library of our own
    private Yardstick(Path library) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        ioctl = call(symbols, "yardstick_ioctl", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG);
        makeAndClose = call(symbols, "yardstick_make_and_close", JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
        mapBatched = call(symbols, "yardstick_map_batched", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        mapPages = call(symbols, "yardstick_map_pages", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        memset = call(symbols, "yardstick_memset", ADDRESS, JAVA_LONG, JAVA_LONG);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(SymbolLookup symbols, String name, ValueLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), FunctionDescriptor.of(JAVA_LONG, arguments));
    }

    /**
     * Compiles it, or takes what somebody compiled.
     *
     * @param given the library itself; empty: the compiler of this machine, else the one that was brought along
     * @param said told what became of it
     * @return empty where there is no compiler and no library
     * @throws WrongCall when the given one cannot be loaded, or a compiler that is there fails
     */
    static Optional<Yardstick> find(Optional<Path> given, List<String> said) throws WrongCall {
        Path brought = Path.of(System.getProperty("sharebuf.home", "."), BROUGHT);
        Optional<Path> compiler = onPath("cc").or(() -> onPath("gcc")).or(() -> onPath("clang"));
        if (given.isPresent()) {
            said.add("C: " + given.get());
            return Optional.of(load(given.get()));
        }
        if (compiler.isPresent()) {
            said.add("C: compiled with " + compiler.get() + " -O2");
            return Optional.of(compiled(compiler.get()));
        }
        if (Files.exists(brought)) {
            said.add("C: " + brought + ", compiled elsewhere");
            return Optional.of(load(brought));
        }
        said.add("C: no compiler here (cc, gcc, clang) and no " + brought + ", so nothing is compared with C");
        return Optional.empty();
    }

    private static Yardstick load(Path library) throws WrongCall {
        try {
            return new Yardstick(library.toAbsolutePath());
        } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
            throw new WrongCall("--c " + library + ": cannot be loaded: " + e.getMessage());
        }
    }

    private static Yardstick compiled(Path compiler) throws WrongCall {
        try {
            Path folder = Files.createTempDirectory("sharebuf-bench");
            try (InputStream source = Yardstick.class.getResourceAsStream("yardstick.c")) {
                Path c = folder.resolve("yardstick.c");
                Path library = folder.resolve("yardstick.so");
                Path errors = folder.resolve("errors");
                Files.copy(source, c);
                int exit = new ProcessBuilder(compiler.toString(), "-O2", "-shared", "-fPIC", "-o", library.toString(), c.toString())
                    .redirectErrorStream(true).redirectOutput(errors.toFile()).start().waitFor();
                if (exit != 0) {
                    throw new WrongCall(compiler + " exits with " + exit + ": " + Files.readString(errors, StandardCharsets.UTF_8).strip());
                }
                return load(library);
            } finally {
                for (File each : folder.toFile().listFiles()) { // loaded, the library needs its file no more
                    Files.delete(each.toPath());
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new WrongCall("the yardstick in C cannot be compiled: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WrongCall("interrupted while " + compiler + " worked");
        }
    }

    private static Optional<Path> onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, program);
            if (Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** So many times the same ioctl. */
    void ioctl(int fd, long request, MemorySegment arg, long calls) {
        try {
            check((long) ioctl.invokeExact(fd, request, arg, calls), request);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** So many descriptors, each made by an ioctl and closed: at {@code made}, or if that is NULL, what the ioctl returned. */
    void makeAndClose(int fd, long request, MemorySegment arg, MemorySegment made, long calls) {
        try {
            check((long) makeAndClose.invokeExact(fd, request, arg, made, calls), request);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** So many times zero over the same bytes. */
    void memset(MemorySegment bytes, long calls) {
        try {
            check((long) memset.invokeExact(bytes, bytes.byteSize(), calls), 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** So many times pieces, address and size in turns, mapped from an IOVA on, each table walked to once, and unmapped. */
    void mapBatched(MemorySegment pieces, long iova, long calls) {
        try {
            check((long) mapBatched.invokeExact(pieces, pieces.byteSize() / 16, iova, calls), iova);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The same, each page walked to from the root. */
    void mapPages(MemorySegment pieces, long iova, long calls) {
        try {
            check((long) mapPages.invokeExact(pieces, pieces.byteSize() / 16, iova, calls), iova);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static void check(long result, long request) {
        if (result < 0) {
            throw new IllegalStateException("the call with 0x" + Long.toHexString(request) + " failed in C: errno " + -result);
        }
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(t); // method handles of C functions throw nothing checked
        };
    }
}
