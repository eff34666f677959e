package sharebuf.tck.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Arguments, and the list of cases that they choose from. */
class KernelCallTest {
    private static KernelCall call(String... args) throws NotPlayed {
        return KernelCall.of(args, Cases.ALL);
    }

    @Test
    void shouldPlayEverythingWhenNothingIsNamed() throws NotPlayed {
        assertThat(call("--kernel").cases()).isEqualTo(Cases.ALL);
        assertThat(call("--kernel", "--json", "-").jsonToStandardOutput()).isTrue();
        assertThat(call("--kernel", "--help").help()).isTrue();
    }

    @Test
    void shouldTakeGroupsAndNamesOnce() throws NotPlayed {
        List<Case> chosen = call("udmabuf/create", "--kernel", "udmabuf").cases();
        assertThat(chosen.getFirst().name()).isEqualTo("udmabuf/create");
        assertThat(chosen).doesNotHaveDuplicates().allMatch(c -> c.group().equals("udmabuf")).hasSizeGreaterThan(5);
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThatThrownBy(() -> call("--kernel", "udmabuf/nothing")).hasMessageContaining("udmabuf/nothing");
        assertThatThrownBy(() -> call("--kernel", "--json")).hasMessageContaining("--json");
    }

    @Test
    void shouldNameEachCaseOnceAndSayItsModel() {
        assertThat(Cases.ALL.stream().map(Case::name).toList()).hasSameSizeAs(new HashSet<>(Cases.ALL.stream().map(Case::name).toList()))
                .allMatch(name -> name.matches("[a-z0-9-]+/[a-z0-9_]+"));
        assertThat(Cases.ALL).allMatch(c -> !c.model().isBlank() && !c.needs().isEmpty());
        assertThat(KernelCall.usage(Cases.ALL)).contains(Cases.ALL.stream().map(Case::name).toList());
    }
}
