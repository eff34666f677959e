package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the shared libraries that programs of the guest need, in unpacked Debian packages. Stateless. */
final class Libraries {
    private Libraries() {
    }

    /**
     * All that is needed, directly or by another library.
     *
     * @param programs files of the guest; those that are no ELF files need nothing
     * @param roots    of unpacked packages
     * @param triplet  the folder of libraries, such as {@code x86_64-linux-gnu}
     * @return by path in the guest, without a leading slash; the loader is there under the path that programs ask for, too
     */
    static Map<String, Path> of(List<Path> programs, List<Path> roots, String triplet) throws IOException, Trouble {
        Set<String> present = programs.stream().map(each -> each.getFileName().toString()).collect(Collectors.toSet());
        Map<String, Path> found = new TreeMap<>();
        Deque<Path> open = new ArrayDeque<>(programs);
        while (!open.isEmpty()) {
            Path file = open.pop();
            Optional<Elf> elf = Elf.read(file);
            for (String name : elf.isPresent() ? elf.get().needed() : List.<String>of()) {
                String place = "lib/" + triplet + "/" + name;
                if (!present.contains(name) && !found.containsKey(place)) {
                    Path library = find(name, file, roots, triplet);
                    found.put(place, library);
                    open.push(library);
                }
            }
            Optional<String> loader = elf.isPresent() ? elf.get().loader() : Optional.empty();
            if (loader.isPresent()) {
                Path path = Path.of(loader.get());
                found.put(path.toString().substring(1), find(path.getFileName().toString(), file, roots, triplet));
            }
        }
        return found;
    }

    private static Path find(String name, Path user, List<Path> roots, String triplet) throws IOException, Trouble {
        for (Path root : roots) {
            for (String folder : List.of("usr/lib/" + triplet, "lib/" + triplet)) {
                Path file = root.resolve(folder).resolve(name);
                if (Files.exists(file)) {
                    return file.toRealPath();
                }
            }
        }
        throw Trouble.wrong(user.getFileName() + " needs " + name + ", which no package has that lab/guest/packages names");
    }
}
