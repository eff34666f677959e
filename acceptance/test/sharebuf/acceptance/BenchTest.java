package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks that need the product's bundles, on whatever machine this is. */
class BenchTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("bench recycle measures a pool everywhere, says what is missing, and recycled memory costs less than fresh memory")
    void recycles() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "not Linux");
        Call call = Call.of(folder, "bench", "recycle", "--size", "1048576", "--rounds", "5", "--warm-up", "1", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject json = call.json().asJsonObject();
        assertThat(json.keySet()).containsExactly("benchmark", "machine", "rows", "notMeasured");
        List<JsonObject> rows = json.getJsonArray("rows").getValuesAs(JsonObject.class);
        for (String what : List.of("same owner, platform", "same owner, Session", "other owner, platform", "other owner, Session")) {
            assertThat(rows).as(what).anyMatch(r -> r.getString("what").endsWith(", 1048576 bytes, " + what));
        }
        assertThat(rows).filteredOn(r -> r.getString("what").contains("same owner")).allSatisfy(r ->
                assertThat(r.getJsonObject("ratio").getJsonNumber("median").doubleValue()).as(r.toString()).isPositive());
        assertThat(json.getJsonArray("notMeasured").toString() + rows).as("measured, or said to be missing").contains("heap").contains("udmabuf");
    }

    @Test
    @DisplayName("a benchmark's wrong call is told, exit 2")
    void wrongCalls() {
        Call size = Call.of(folder, "bench", "recycle", "--size", "0");
        assertThat(size.exit()).isEqualTo(2);
        assertThat(size.err()).contains("--size 0");
        Call none = Call.of(folder, "bench", "nothing");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains("range", "ioctl", "recycle");
    }
}
