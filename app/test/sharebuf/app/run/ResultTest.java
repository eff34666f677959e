package sharebuf.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sharebuf.app.cli.Json;
import sharebuf.fields.JsonReader;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;

class ResultTest {
    @Test
    void theKeysOthersRelyOnAreThereEvenWhenNothingHappened() throws Exception {
        Result result = new Result();
        result.events = List.of(Event.of(new Happening(3, Happening.Action.STOP, "a"), Event.Outcome.OK, 12, "stopped"));
        result.refusal = Optional.of(Refusal.of(Errno.EINVAL, "c", "f", "n"));
        result.learnt = List.of(new Hypothesis(UseId.parse("video2"), "generic", "pool", 1_228_800, true, Errno.EFAULT, "said", 2, 5_000, 0));
        Map<?, ?> json = (Map<?, ?>) JsonReader.read("result", Json.write(result.json()));
        assertThat(keys(json)).contains("board", "bundles", "pipeline", "frames", "sets", "events", "pause", "leaks", "held");
        assertThat(keys(json.get("board"))).containsExactly("name", "platform", "simulated", "real");
        assertThat(keys(json.get("frames"))).containsExactly("requested", "delivered", "lost", "torn", "fps", "checked");
        assertThat(keys(json.get("pause"))).containsExactly("p50Micros", "p99Micros", "maxMicros", "copyMicros", "frameMicros");
        assertThat(keys(json.get("leaks"))).containsExactly("buffers", "attachments", "mappings", "extents", "descriptors", "classLoaders");
        assertThat(keys(((List<?>) json.get("events")).getFirst())).contains("frame", "action", "outcome", "micros", "bytesMoved", "refusal");
        assertThat(keys(((List<?>) json.get("learnt")).getFirst())).containsExactly("device", "use", "allocator", "region", "size", "alone", "errno", "said", "times",
                "ageMillis", "taken", "text");
        assertThat(((Map<?, ?>) ((List<?>) json.get("learnt")).getFirst()).get("text")).isEqualTo("video2 took no memory of pool at 1228800 bytes: EFAULT, 2 times, last 5 s ago");
        assertThat(keys(json.get("refusal"))).containsExactly("errno", "device", "use", "constraint", "found", "needed", "fix", "allocators");
    }

    private static List<String> keys(Object map) {
        return ((Map<?, ?>) map).keySet().stream().map(Object::toString).toList();
    }
}
