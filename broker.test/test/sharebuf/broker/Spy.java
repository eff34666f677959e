package sharebuf.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/** An allocator that passes on to a real one, writes down what it was told, and stops where a test wants it to. */
class Spy implements Allocator {
    /** What a test puts in the way of a call. */
    interface Obstacle {
        Obstacle NONE = () -> { };

        void meet() throws Exception;
    }

    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    volatile Obstacle beforeAdopt = Obstacle.NONE;
    volatile Obstacle beforeCatchUp = Obstacle.NONE;
    volatile Obstacle beforePlace = Obstacle.NONE;
    volatile boolean catchesUp = true;
    private final Allocator real;

    Spy(FakeRegion region) {
        real = CmaFor.region(region);
    }

    /** Where a thread stops until it may go on. */
    static final class Gate implements Obstacle {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        @Override
        public void meet() throws InterruptedException {
            reached.countDown();
            open.await();
        }
    }

    @Override
    public void adopt(Live live) throws Exception {
        told.add("adopt " + live.extents().size());
        beforeAdopt.meet();
        real.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) throws Exception {
        told.add("catch up -" + changes.released().size() + " +" + changes.placed().size());
        beforeCatchUp.meet();
        return catchesUp && real.catchUp(changes);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return real.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
        beforePlace.meet();
        told.add("place");
        return real.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        told.add("released " + extent.offset());
        real.released(extent);
    }
}
