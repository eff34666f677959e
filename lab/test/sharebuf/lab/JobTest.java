package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTest {
    private static final Set<Arch> X86 = EnumSet.of(Arch.X86_64);

    @TempDir
    private Path share;

    @Test
    void readsNameLimitExitAndCommand() {
        List<Job> jobs = Job.parse("jobs", List.of("# a remark", "", "  facts 60 facts",
                "refused\t 120   exit=3 sharebuf explain x --pipeline \"a -> b\""));
        assertEquals(List.of(Job.of("facts", 60, X86, "facts"),
                new Job("refused", 120, 3, List.of(), X86, Machine.STANDARD, false, "sharebuf explain x --pipeline \"a -> b\"")), jobs);
        assertEquals("refused\t120\tsharebuf explain x --pipeline \"a -> b\"\n", jobs.getLast().line());
    }

    @Test
    void readsWhatMustBeEqualAndLeavesTheCommandAlone() {
        assertEquals(List.of(new Job("a", 9, 0, List.of(new SamePixels("x.ppm", "y/z.png"), new SamePixels("a", "b")),
                EnumSet.allOf(Arch.class), Machine.LARGE, true, "A=b same=c:d e")),
                Job.parse("jobs", List.of("a 9 same=x.ppm:y/z.png exit=0 when=named machine=6g same=a:b arch=any A=b same=c:d e")));
    }

    @Test
    void namesFileAndLineOfWhatItCannotRead() {
        for (String wrong : List.of("facts", "facts soon facts", "Facts 60 facts", "../x 60 facts", "facts 0 facts", "facts 60 exit=no facts",
                "facts 60 exit=256 facts", "facts 60 exit=3 ", "facts 60 exit=3 exit=3 facts", "facts 60 arch=mips facts", "facts 60 machine=1g facts", "facts 60 when=never facts",
                "facts 60 same=a facts", "facts 60 same=a:a facts", "facts 60 same=a:../b facts", "facts 60 same=/a:b facts", "one 60 facts")) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Job.parse("jobs", List.of("one 5 x", wrong)), wrong);
            assertTrue(e.getMessage().startsWith("jobs:2: "), e.getMessage());
        }
    }

    @Test
    void aResultIsReadFromTheShare() throws IOException {
        Job job = new Job("refused", 10, 3, List.of(), X86, Machine.STANDARD, false, "x");
        Path folder = Files.createDirectories(share.resolve("jobs/refused"));
        assertEquals("never ended", Result.read(share, job).verdict());
        assertFalse(Result.read(share, job).passed());

        Files.writeString(folder.resolve("exit"), "3 10.25 12.75\n");
        Files.writeString(folder.resolve("stdout"), "1\n2\n3\n");
        Result result = Result.read(share, job);
        assertTrue(result.passed());
        assertEquals(2.5, result.seconds());
        assertEquals(List.of("stdout"), result.files());
        assertEquals(List.of("2", "3"), result.tail(2));

        Files.writeString(folder.resolve("exit"), "137 10.00 20.10\n");
        assertEquals("killed after 10 s, expected 3", Result.read(share, job).verdict());
    }
}
