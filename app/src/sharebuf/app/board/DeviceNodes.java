package sharebuf.app.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sharebuf.app.board.MachineBoard.Node;
import sharebuf.app.cli.WrongCall;
import sharebuf.linux.Machine;

/** Tells what the nodes are that somebody names as devices. Immutable. */
final class DeviceNodes {
    private static final int S_IFMT = 0170000; // stat.h
    private static final int S_IFCHR = 0020000;

    private final Machine machine;

    DeviceNodes(Machine machine) {
        this.machine = machine;
    }

    /** The device of a path; a link such as those of {@code /dev/v4l/by-id} is followed. */
    Node find(String path) throws WrongCall {
        if (!path.startsWith("/")) {
            throw wrong(path, "an absolute path");
        }
        Path real;
        try {
            real = machine.at(path).toRealPath();
        } catch (IOException e) {
            throw wrong(path, "a node that exists");
        }
        long number = number(path, real);
        if (!usable(real)) {
            throw wrong(path, "a node that may be read and written; it belongs to " + owner(real));
        }
        String name = real.getFileName().toString();
        String kind = switch (subsystem(number)) {
            case "video4linux" -> "v4l2";
            case "drm" -> "drm";
            case "" -> name.matches("video\\d+") ? "v4l2" : name.matches("card\\d+") ? "drm" : "unknown";
            default -> "unknown";
        };
        if (kind.equals("unknown")) {
            throw wrong(path, "a V4L2 or a DRM node; subsystem of this one: " + (subsystem(number).isEmpty() ? "unknown" : subsystem(number)));
        }
        if (kind.equals("drm") && name.startsWith("render")) {
            throw wrong(path, "a node that shows pictures, such as /dev/dri/card0; a render node does not");
        }
        return new Node(name, kind, path);
    }

    /** Device number of a character device. */
    private long number(String path, Path real) throws WrongCall {
        try {
            int mode = (int) Files.getAttribute(real, "unix:mode");
            if ((mode & S_IFMT) != S_IFCHR) {
                throw wrong(path, "a character device");
            }
            return (long) Files.getAttribute(real, "unix:rdev");
        } catch (IOException | UnsupportedOperationException e) {
            throw wrong(path, "a node that can be looked at (" + e + ")");
        }
    }

    /** What sysfs calls the kind of device. */
    private String subsystem(long number) {
        long major = number >>> 8 & 0xfff | number >>> 32 & ~0xfffL; // sysmacros.h
        long minor = number & 0xff | number >>> 12 & 0xffffff00L;
        try {
            return machine.at("/sys/dev/char/" + major + ":" + minor + "/subsystem").toRealPath().getFileName().toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String owner(Path real) {
        try {
            return "user " + Files.getOwner(real) + ", group " + Files.getAttribute(real, "posix:group", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | UnsupportedOperationException e) {
            return "somebody else";
        }
    }

    static boolean usable(Path node) {
        return Files.isReadable(node) && Files.isWritable(node);
    }

    private WrongCall wrong(String path, String allowed) {
        List<String> there = new ArrayList<>();
        machine.names("/dev", "video\\d+").forEach(n -> there.add("/dev/" + n));
        machine.names("/dev/dri", "card\\d+").forEach(n -> there.add("/dev/dri/" + n));
        return WrongCall.option("--devices", path, allowed + "; there " + (there.isEmpty() ? "is none: no /dev/video* and no /dev/dri/card*"
                : "are " + String.join(", ", there)));
    }
}
