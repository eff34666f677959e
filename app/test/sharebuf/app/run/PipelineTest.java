package sharebuf.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.app.cli.WrongCall;

class PipelineTest {
    @Test
    void oneSetWithTwoReaders() throws Exception {
        Pipeline p = Pipeline.parse(Pipeline.DEFAULT);
        assertThat(p.sets()).isEqualTo(1);
        assertThat(p.names(0)).isEqualTo(List.of("camera", "display", "encoder"));
        assertThat(p).hasToString("camera -> display + encoder");
    }

    @Test
    void aDeviceInTheMiddleEndsOneSetAndStartsTheNext() throws Exception {
        Pipeline p = Pipeline.parse(" camera->codec:output ->display+ encoder");
        assertThat(p.sets()).isEqualTo(2);
        assertThat(p.names(0)).isEqualTo(List.of("camera", "codec:output"));
        assertThat(p.names(1)).isEqualTo(List.of("codec", "display", "encoder"));
    }

    @Test
    void readersLeaveAPipelineAndWritersDoNot() throws Exception {
        Pipeline p = Pipeline.parse("camera -> codec:output + display + encoder");
        assertThat(p.keeping(Set.of("camera", "codec", "encoder")).map(Pipeline::toString)).contains("camera -> codec:output + encoder");
        assertThat(p.keeping(Set.of("camera"))).isEmpty();
        assertThat(p.keeping(Set.of("display", "encoder"))).isEmpty();
        assertThat(p.keeping(Set.of("camera", "codec", "display", "encoder"))).as("that is what was played").isEmpty();
        assertThat(Pipeline.parse("camera -> codec -> display").keeping(Set.of("camera", "display"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "camera", "camera ->", "-> display", "camera -> -> display", "camera -> display +", "camera + codec -> display",
        "camera -> codec + display -> encoder", "camera -> camera", "camera -> display display", "camera -> a:b:c", "camera -> a:", "camera > display"})
    void whatIsNoPipelineIsRefusedWithItsText(String text) {
        assertThatThrownBy(() -> Pipeline.parse(text)).isInstanceOf(WrongCall.class).hasMessageStartingWith("--pipeline '" + text + "': allowed: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5:", "5:stop", "5:stop=", "x:stop=a", "-1:stop=a", "300:stop=a", "5:halt=a", "5:install=no.jar", "5:swap=a:no.jar", "5:swap=:no.jar"})
    void whatIsNoActionIsRefusedWithItsText(String text) {
        assertThatThrownBy(() -> Happening.parse(text, 300)).isInstanceOf(WrongCall.class).hasMessageStartingWith("--at " + text + ": allowed: ");
    }

    @TempDir
    Path folder;

    @Test
    void anActionIsRead() throws Exception {
        assertThat(Happening.parse("299:stop=allocator.cma", 300)).isEqualTo(new Happening(299, Happening.Action.STOP, "allocator.cma"))
                .hasToString("stop=allocator.cma");
        assertThat(Happening.parse("5:swap=allocator.cma", 300)).satisfies(h -> assertThat(h.bundle()).isEqualTo("allocator.cma"),
                h -> assertThat(h.jar()).isEmpty());
        Path jar = Files.writeString(folder.resolve("a:b.jar"), "");
        assertThat(Happening.parse("5:swap=allocator.cma:" + jar, 300)).satisfies(h -> assertThat(h.bundle()).isEqualTo("allocator.cma"),
                h -> assertThat(h.jar()).contains(jar));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "never:1", "ask:1", "allow:", "allow:x", "always"})
    void whatIsNoMovePolicyIsRefused(String text) {
        assertThatThrownBy(() -> Happening.policy(text)).isInstanceOf(WrongCall.class).hasMessageStartingWith("--move " + text + ": allowed: ");
    }
}
