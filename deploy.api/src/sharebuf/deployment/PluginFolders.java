package sharebuf.deployment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Plug-in folders: what lies in one runs on the board that is up. A jar that is dropped in is checked, installed and started; one that is
 * replaced is swapped while frames flow; one that is taken out is uninstalled.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface PluginFolders {
    /**
     * Begins to watch. Jars that lie there and are complete are dealt with before it returns, in the order of their names.
     *
     * @param folder with the jars; other folders in it are not looked at
     * @param hear told of everything that happens, one after another, on a thread of its own or on the caller's while this method runs. It may
     *        throw: that is ignored
     * @return the folder; the caller closes it before the board is taken down
     * @throws IOException when there is no such folder, or it cannot be read
     */
    PluginFolder watch(Path folder, Consumer<PluginFolder.Event> hear) throws IOException;
}
