package sharebuf.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** What a bundle runs while it starts or stops throws, waits, and does not listen. */
class LifecycleTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Bundle bundle = (Bundle) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Bundle.class}, (p, m, args) -> 7L);

    @Test
    @DisplayName("what ends in time is done, and what it throws is thrown")
    void inTime() throws BundleException {
        assertThat(Lifecycle.run("start", bundle, () -> { }, Duration.ofMinutes(1))).isEmpty();
        assertThatThrownBy(() -> Lifecycle.run("start", bundle, () -> {
            throw new BundleException("no");
        }, Duration.ofMinutes(1))).isInstanceOf(BundleException.class).hasMessage("no");
        assertThatThrownBy(() -> Lifecycle.run("start", bundle, () -> {
            throw new LinkageError("no class");
        }, Duration.ofMinutes(1))).isInstanceOf(BundleException.class).hasMessageContaining("no class");
    }

    @Test
    @DisplayName("what waits is interrupted at the limit")
    void interrupted() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        Optional<String> late = Lifecycle.run("stop", bundle, () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                heard.countDown();
            }
        }, SHORT);
        assertThat(late).hasValueSatisfying(l -> assertThat(l).startsWith("its stop did not end within 50 ms, last seen in sharebuf.deploy.LifecycleTest"));
        assertThat(heard.getCount()).isZero();
    }

    @Test
    @DisplayName("what does not listen is left; the caller's own interrupt is kept")
    void deaf() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        Optional<String> late = Lifecycle.run("start", bundle, () -> {
            while (end.getCount() > 0) {
                Thread.onSpinWait();
            }
        }, SHORT);
        assertThat(Thread.interrupted()).isTrue();
        end.countDown();
        assertThat(late).isPresent();
    }
}
