package sharebuf.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sharebuf.app.cli.Json;
import sharebuf.app.cli.JsonReader;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;

class ResultTest {
    @Test
    void theKeysOthersRelyOnAreThereEvenWhenNothingHappened() throws Exception {
        Result result = new Result();
        result.events = List.of(Event.of(new Happening(3, Happening.Action.STOP, "a"), Event.Outcome.OK, 12, "stopped"));
        result.refusal = Optional.of(Refusal.of(Errno.EINVAL, "c", "f", "n"));
        Map<?, ?> json = (Map<?, ?>) JsonReader.read("result", Json.write(result.json()));
        assertThat(keys(json)).contains("board", "bundles", "pipeline", "frames", "sets", "events", "pause", "leaks");
        assertThat(keys(json.get("board"))).containsExactly("name", "platform", "simulated", "real");
        assertThat(keys(json.get("frames"))).containsExactly("requested", "delivered", "lost", "torn", "fps", "checked");
        assertThat(keys(json.get("pause"))).containsExactly("p50Micros", "p99Micros", "maxMicros", "copyMicros");
        assertThat(keys(json.get("leaks"))).containsExactly("buffers", "attachments", "mappings", "extents", "descriptors", "classLoaders");
        assertThat(keys(((List<?>) json.get("events")).getFirst())).contains("frame", "action", "outcome", "micros", "bytesMoved", "refusal");
        assertThat(keys(json.get("refusal"))).containsExactly("errno", "device", "use", "constraint", "found", "needed", "fix", "allocators");
    }

    private static List<String> keys(Object map) {
        return ((Map<?, ?>) map).keySet().stream().map(Object::toString).toList();
    }
}
