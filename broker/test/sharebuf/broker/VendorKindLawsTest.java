package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.device.VendorConstraint.Rule;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;

/** Each rule of vendors' kinds of constraint, on all values of a small range: what is merged admits exactly the memory that all admit. */
class VendorKindLawsTest {
    private static final String NAME = "com.example.kind";
    private static final int NUMBERS = 12;

    private static List<VendorConstraint> all(Rule rule) {
        List<VendorConstraint> all = new ArrayList<>();
        switch (rule) {
            case INTERSECTION -> {
                for (int bits = 1; bits < 8; bits++) {
                    TreeSet<String> names = new TreeSet<>();
                    for (int i = 0; i < 3; i++) {
                        if ((bits >> i & 1) == 1) {
                            names.add("abc".substring(i, i + 1));
                        }
                    }
                    all.add(VendorConstraint.of(NAME, rule, names));
                }
            }
            case EQUAL -> List.of("a", "b", "c").forEach(n -> all.add(VendorConstraint.of(NAME, rule, new TreeSet<>(Set.of(n)))));
            default -> {
                for (long n = 1; n <= NUMBERS; n++) {
                    all.add(VendorConstraint.of(NAME, rule, n));
                }
            }
        }
        return all;
    }

    private static MemoryConstraints use(int i, VendorConstraint c) {
        return MemoryConstraints.direct(UseId.parse("u" + i), DmaConstraints.builder().vendor(c).build());
    }

    @Test
    void mergedAdmitsExactlyWhatAllAdmit() {
        int cases = 0;
        for (Rule rule : Rule.values()) {
            List<VendorConstraint> values = all(rule);
            for (VendorConstraint x : values) {
                for (VendorConstraint y : values) {
                    for (VendorConstraint z : values) {
                        MemoryConstraints merged = use(1, x).merge(use(2, y)).merge(use(3, z));
                        Optional<VendorConstraint> value = Optional.ofNullable(merged.vendor().get(NAME)).map(Asked::value);
                        assertThat(value.isEmpty()).as("a conflict is told: %s, %s, %s", x, y, z).isEqualTo(!merged.conflicts().isEmpty());
                        for (VendorConstraint memory : values) {
                            boolean each = x.admits(memory) && y.admits(memory) && z.admits(memory);
                            assertThat(value.map(v -> v.admits(memory)).orElse(false)).as("%s, %s and %s of %s", x, y, z, memory).isEqualTo(each);
                            cases++;
                        }
                    }
                }
            }
        }
        assertThat(cases).isEqualTo(4 * 12 * 12 * 12 * 12 + 7 * 7 * 7 * 7 + 3 * 3 * 3 * 3);
    }

    @Test
    void anotherRuleOrAnotherKindIsNeverAdmitted() {
        for (Rule rule : Rule.values()) {
            for (Rule other : EnumSet.complementOf(EnumSet.of(rule))) {
                for (VendorConstraint memory : all(other)) {
                    assertThat(all(rule)).noneMatch(c -> c.admits(memory));
                }
            }
            for (VendorConstraint c : all(rule)) {
                assertThat(c.admits(c)).isTrue();
                assertThat(c.admits(new VendorConstraint("com.example.other", rule, c.number(), c.names()))).isFalse();
            }
        }
    }

    @Test
    void textIsReadAsItIsWritten() {
        for (Rule rule : Rule.values()) {
            assertThat(all(rule)).allMatch(c -> VendorConstraint.parse(c.text()).equals(c));
        }
        assertThat(VendorConstraint.parse(" a.b  AND 0x10 ").number()).isEqualTo(16);
        for (List<String> wrong : List.of(List.of("a.b max", "NAME RULE VALUE"), List.of("b max 1", "namespace"), List.of("a.b most 1", "one of min, max, lcm"),
                List.of("a.b max x", "whole number"), List.of("a.b lcm 0", "does not suit"), List.of("a.b equal a|b", "does not suit"), List.of("a.b intersection |", "names"))) {
            assertThatThrownBy(() -> VendorConstraint.parse(wrong.get(0))).as(wrong.get(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(wrong.get(1));
        }
    }
}
