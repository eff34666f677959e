package sharebuf.app.tour.guest;

import sharebuf.allocator.Request;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;

/** Takes the buffers that ask for a channel, and makes each object fill whole turns of it, so that no two share one. */
public final class ChannelExporter implements Exporter {
    /** Called by the component runtime. */
    public ChannelExporter() {
    }

    @Override
    public boolean takes(Request request) {
        return request.constraints().declared().containsKey(Channels.KIND);
    }

    @Override
    public Layout layout(Request request, Layout usual) {
        return new Layout(usual.objects().stream().map(size -> Math.ceilDiv(size, Channels.STRIPE) * Channels.STRIPE).toList(), usual.planes());
    }
}
