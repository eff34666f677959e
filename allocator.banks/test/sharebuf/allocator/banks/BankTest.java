package sharebuf.allocator.banks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;
import sharebuf.placing.RegionOption;
import sharebuf.tck.RandomRequests;
import sharebuf.tck.TestLedger;
import sharebuf.tck.TestRegion;

/** A bank serves those who name it, and says what fills it. */
class BankTest {
    private static final long LUMA = 1920 * 1088;
    private final TestRegion region = new TestRegion("right", 0xbf70_0000L, 8 << 20, 4096);
    private final TestLedger ledger = new TestLedger(region);
    private final Bank bank = new Bank(region, true, new RegionOption("right", 0));

    private static Request luma(String permitted) {
        MemoryConstraints named = MemoryConstraints.direct(new UseId("decoder", "capture"),
                DmaConstraints.builder().align(8192).regions(0, List.of(permitted)).build());
        return new Request("test", BufferSpec.picture(PixelFormat.NV12M, 1920, 1080).count(5), 0, LUMA, named, Set.of());
    }

    @Test
    void anExhaustedBankIsNamedWithWhatItHolds() {
        for (int i = 0; i < 4; i++) {
            ledger.place(bank, luma("right")).orThrow();
        }
        Refusal why = bank.offer(luma("right")).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.found()).isEqualTo("bank right of 8MiB holds 4 x object 0 of NV12M 1920x1080, 2.0MiB each; 32KiB free in right");
        assertThat(why.fix()).isEqualTo("--board-option right=23MiB");
        assertThat(ledger.place(bank, luma("right")).why().orElseThrow()).isEqualTo(why);
    }

    @Test
    void aSuccessorTellsTheSame() {
        TestLedger.Placed first = ledger.place(bank, luma("right")).orThrow();
        for (int i = 0; i < 3; i++) {
            ledger.place(bank, luma("right")).orThrow();
        }
        Bank successor = new Bank(region, true, RegionOption.NONE);
        ledger.adoptedBy(successor);
        assertThat(successor.offer(luma("right")).why()).map(Refusal::found).hasValue(bank.offer(luma("right")).why().orElseThrow().found());
        ledger.release(successor, first);
        assertThat(successor.offer(luma("right")).isOk()).isTrue();
        Request twice = new Request("test", BufferSpec.bytes(2 * LUMA), 0, 2 * LUMA, luma("right").constraints(), Set.of());
        assertThat(successor.offer(twice).why().orElseThrow().found()).startsWith("bank right of 8MiB holds 3 x object 0 of NV12M 1920x1080, 2.0MiB each; ");
    }

    @Test
    void onlyWhoNamesItIsServed() {
        assertThat(bank.offer(RandomRequests.plain(4096)).why().orElseThrow().found()).isEqualTo("bank right is kept for uses that name it");
        assertThat(ledger.place(bank, RandomRequests.plain(4096)).isOk()).isFalse();
        assertThat(bank.offer(luma("left")).why().orElseThrow().constraint()).isEqualTo("regions");
        assertThat(ledger.objects()).isEmpty();
    }

    @Test
    void aForeignNoteSaysNothing() {
        assertThat(Content.of(new sharebuf.plugin.Note("banks.content", 2, List.of(1L, 2L, 3L, 4L)))).isEmpty();
        assertThat(Content.of(new sharebuf.plugin.Note("other", 1, List.of(1L, 2L, 3L, 4L)))).isEmpty();
        Content content = Content.of(luma("right"));
        assertThat(Content.of(content.note())).hasValue(content);
        assertThat(Content.of(RandomRequests.plain(1))).hasToString("bytes");
    }
}
