package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;

/** Which application interfaces a device has is for its importer to say: what its class implements is not enough. */
class OffersTest {
    /** An application interface. Public, since handles are proxies. */
    public interface Lamp {
        /** Its colour. */
        String colour();
    }

    private final Scene scene = new Scene();
    private boolean lit = true;
    private RuntimeException thrown;

    private final class Driver extends Scene.Quiet implements Lamp {
        private Driver() {
            super("lamp", Access.READ, Scene.any());
        }

        @Override
        public String colour() {
            return "red";
        }

        @Override
        public boolean offers(Class<?> api) {
            if (thrown != null) {
                throw thrown;
            }
            return lit && super.offers(api);
        }
    }

    OffersTest() {
        scene.device("lamp", "soc", Access.READ, Scene.any(), new Driver());
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Outcome<Lamp> lamp() {
        return scene.session.device(Lamp.class, "lamp");
    }

    @Test
    @DisplayName("a handle only where the importer offers the interface")
    void asked() {
        assertThat(lamp().orThrow().colour()).isEqualTo("red");
        lit = false;
        assertThat(lamp().why().map(Refusal::constraint)).contains("interface");
        assertThat(scene.session.device(Runnable.class, "lamp").why().map(Refusal::constraint)).contains("interface");
    }

    @Test
    @DisplayName("an importer that throws when it is asked has not said no: the refusal is what it threw")
    void hostile() {
        thrown = new IllegalStateException("no");
        assertThat(lamp().why().map(Refusal::constraint).orElseThrow()).endsWith(" offers");
        thrown = null;
        assertThat(lamp().isOk()).isTrue();
    }
}
