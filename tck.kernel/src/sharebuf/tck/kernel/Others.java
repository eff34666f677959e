package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sharebuf.linux.Machine;

/**
 * Other processes that have dma-bufs, such as a compositor: while there are some, the kernel's list changes without us.
 *
 * @param names of the processes
 */
record Others(List<String> names) {
    static Others look(Machine machine) {
        List<String> names = new ArrayList<>();
        String own = String.valueOf(ProcessHandle.current().pid());
        for (String pid : machine.names("/proc", "\\d+")) {
            if (!pid.equals(own) && hasBuffers(machine.at("/proc/" + pid + "/fd"))) {
                names.add(machine.text("/proc/" + pid + "/comm").orElse("?") + " (" + pid + ")");
            }
        }
        return new Others(List.copyOf(names));
    }

    private static boolean hasBuffers(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).toString().startsWith("/dmabuf:")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // gone meanwhile, or not ours to read: then debugfs is not either
        }
    }

    boolean any() {
        return !names.isEmpty();
    }
}
