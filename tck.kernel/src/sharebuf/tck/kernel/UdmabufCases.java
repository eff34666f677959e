package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.inventory.Snapshot;
import sharebuf.linux.Descriptor;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/** Cases after the kernel's {@code tools/testing/selftests/drivers/dma-buf/udmabuf.c}, and of what we make of udmabuf. Stateless. */
final class UdmabufCases {
    private static final String MODEL = "selftests/drivers/dma-buf/udmabuf ";
    private static final String SOURCE = "drivers/dma-buf/udmabuf.c ";
    private static final long MIB = 1 << 20;
    private static final int EINVAL = 22;

    private UdmabufCases() {
    }

    static List<Case> all() {
        List<Need> needs = List.of(Need.UDMABUF);
        return List.of(new Case("udmabuf/unaligned_offset", Level.UAPI, MODEL + "test-1", needs, stage -> refuses(stage, Raw.SHRINK, EINVAL, page -> page / 2, page -> page)),
                new Case("udmabuf/unaligned_size", Level.UAPI, MODEL + "test-2", needs, stage -> refuses(stage, Raw.SHRINK, EINVAL, page -> 0, page -> page / 2)),
                new Case("udmabuf/not_memfd", Level.UAPI, MODEL + "test-3", needs, UdmabufCases::notMemfd),
                new Case("udmabuf/create", Level.UAPI, MODEL + "test-4", needs, UdmabufCases::create),
                new Case("udmabuf/past_the_end", Level.UAPI, SOURCE + "check_memfd_seals, offset and size", needs,
                        stage -> refuses(stage, Raw.SHRINK, EINVAL, page -> 3 * page, page -> 2 * page)),
                new Case("udmabuf/no_seal", Level.UAPI, SOURCE + "SEALS_WANTED", needs, stage -> refuses(stage, 0, EINVAL, page -> 0, page -> page)),
                new Case("udmabuf/write_seal", Level.UAPI, SOURCE + "SEALS_DENIED", needs,
                        stage -> refuses(stage, Raw.SHRINK | Raw.F_SEAL_WRITE, EINVAL, page -> 0, page -> page)),
                new Case("udmabuf/list_limit", Level.UAPI, SOURCE + "list_limit", needs, UdmabufCases::listLimit),
                new Case("udmabuf/size_limit", Level.API, SOURCE + "size_limit_mb", needs, UdmabufCases::sizeLimit),
                new Case("udmabuf/pool_size", Level.API, "a pool is refused that is no multiple of the page", needs, UdmabufCases::poolSize),
                new Case("udmabuf/same_bytes", Level.API, "the bytes of a pool and of its dma-buf are the same", needs, UdmabufCases::sameBytes),
                new Case("udmabuf/pieces_joined", Level.API, "one dma-buf of an object in several pieces, in order", needs, UdmabufCases::pieces));
    }

    private interface OfPage {
        long of(long page);
    }

    /** A range of a memfd of four pages that is no good. */
    private static String refuses(Stage stage, int seals, int errno, OfPage offset, OfPage size) throws Exception {
        Raw raw = new Raw(stage);
        long page = stage.libc().page();
        Descriptor memfd = raw.memfd(4 * page, seals);
        Descriptor device = raw.open(Finds.UDMABUF);
        String what = size.of(page) + " bytes from " + offset.of(page) + " of " + 4 * page;
        Raw.refused(what, raw.create(device, memfd.number(), offset.of(page), size.of(page)), errno);
        Raw.refused("a list with " + what, raw.createList(device, memfd.number(), 2, offset.of(page), size.of(page)), errno);
        return what + ": " + Errno.of(errno);
    }

    private static String notMemfd(Stage stage) throws Exception {
        Raw raw = new Raw(stage);
        long page = stage.libc().page();
        Descriptor device = raw.open(Finds.UDMABUF);
        Raw.refused("/dev/null as a memfd", raw.create(device, raw.open("/dev/null").number(), 0, page), Raw.EBADFD);
        Raw.refused("no descriptor as a memfd", raw.create(device, -1, 0, page), Raw.EBADFD);
        return "/dev/null, no descriptor: EBADFD";
    }

    private static String create(Stage stage) throws Exception {
        Raw raw = new Raw(stage);
        long page = stage.libc().page();
        Descriptor memfd = raw.memfd(4 * page, Raw.SHRINK);
        Descriptor device = raw.open(Finds.UDMABUF);
        Raw.done("all of a memfd", raw.create(device, memfd.number(), 0, 4 * page));
        Raw.done("its last page", raw.create(device, memfd.number(), 3 * page, page));
        Raw.refused("no bytes", raw.create(device, memfd.number(), 0, 0), EINVAL);
        return "four pages, the last page; no bytes: EINVAL";
    }

    private static String listLimit(Stage stage) throws Exception {
        Raw raw = new Raw(stage);
        int limit = (int) stage.number("/sys/module/udmabuf/parameters/list_limit", 1024);
        long page = stage.libc().page();
        CaseFailed.unless(limit > 0 && limit < 1 << 20, "list_limit is " + limit);
        Descriptor memfd = raw.memfd(page, Raw.SHRINK);
        Descriptor device = raw.open(Finds.UDMABUF);
        Raw.done(limit + " ranges", raw.createList(device, memfd.number(), limit, 0, page));
        Raw.refused(limit + 1 + " ranges", raw.createList(device, memfd.number(), limit + 1, 0, page), EINVAL);
        return limit + " ranges; one more: EINVAL";
    }

    /** An object that no dma-buf can be made of says why, and the limit. */
    private static String sizeLimit(Stage stage) throws Exception {
        long limit = stage.number("/sys/module/udmabuf/parameters/size_limit_mb", 64) * MIB;
        if (limit > 256 * MIB || limit > stage.memoryFree() / 3) {
            throw new Skipped("a size limit of " + limit / MIB + " MiB is more than this case may take");
        }
        stage.pool(2 * limit + MIB);
        DeviceNode handles = stage.handles();
        SharedBuffer fits = stage.buffers(limit, 1).buffers().getFirst();
        Raw.done("the dma-buf of " + limit + " bytes", handles.handle(fits.objects().getFirst()));
        SharedBuffer large = stage.buffers(limit + MIB, 1).buffers().getFirst();
        try {
            handles.handle(large.objects().getFirst());
            throw new CaseFailed("a dma-buf of more than " + limit + " bytes was made");
        } catch (DeviceException e) {
            CaseFailed.unless(e.errno() == Errno.EINVAL && e.getMessage().contains("at most " + limit / MIB + " MiB"), "the limit is not named: " + e.getMessage());
        }
        return limit / MIB + " MiB; one MiB more: EINVAL, the limit named";
    }

    private static String poolSize(Stage stage) throws Exception {
        long page = stage.libc().page();
        try {
            stage.pool(page + page / 2);
        } catch (CaseFailed e) {
            CaseFailed.unless(e.getMessage().contains("size = " + (page + page / 2)) && e.getMessage().contains("multiple of " + page), "key and range are not named: " + e.getMessage());
            return e.getMessage();
        }
        throw new CaseFailed("a pool of a page and a half came up");
    }

    private static String sameBytes(Stage stage) throws Exception {
        stage.pool(4 * MIB);
        DeviceNode handles = stage.handles();
        SharedBuffer buffer = stage.buffers(MIB, 1).buffers().getFirst();
        int dmaBuf = handles.handle(buffer.objects().getFirst());
        CaseFailed.unless(dmaBuf == handles.handle(buffer.objects().getFirst()), "a second call gives another descriptor");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment other = new Raw(stage).map(dmaBuf, MIB, arena);
            try (CpuAccess cpu = Stage.open(buffer, Access.READ_WRITE)) {
                MemorySegment own = cpu.object(0);
                for (long at = 0; at < MIB; at += 512) {
                    own.set(ValueLayout.JAVA_LONG, at, at + 1);
                    CaseFailed.unless(other.get(ValueLayout.JAVA_LONG, at) == at + 1, "byte " + at + " written through the memfd is not seen through the dma-buf");
                    other.set(ValueLayout.JAVA_LONG, at + 8, ~at);
                    CaseFailed.unless(own.get(ValueLayout.JAVA_LONG, at + 8) == ~at, "byte " + (at + 8) + " written through the dma-buf is not seen through the memfd");
                }
            }
        }
        return "1 MiB, both ways";
    }

    /** Every second buffer of a full pool is freed: the next one lies in the holes. */
    private static String pieces(Stage stage) throws Exception {
        long page = stage.libc().page();
        stage.pool(32 * page);
        DeviceNode handles = stage.handles();
        List<BufferSet> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(stage.buffers(page, 1));
        }
        for (int i = 0; i < all.size(); i += 2) {
            all.get(i).close();
        }
        SharedBuffer buffer = stage.buffers(16 * page, 1).buffers().getFirst();
        ObjectId object = buffer.objects().getFirst();
        int extents = stage.framework().snapshot().buffers().stream().filter(b -> b.id().equals(buffer.id())).map(Snapshot.Buffer::objects)
                .mapToInt(o -> o.getFirst().extents().size()).sum();
        CaseFailed.unless(extents == 16, "the object has " + extents + " extents, 16 holes of a page were free");
        try (Arena arena = Arena.ofConfined(); CpuAccess cpu = Stage.open(buffer, Access.WRITE)) {
            for (long i = 0; i < 16; i++) {
                cpu.object(0).set(ValueLayout.JAVA_LONG, i * page, i + 100);
            }
            MemorySegment joined = new Raw(stage).map(handles.handle(object), 16 * page, arena);
            for (long i = 0; i < 16; i++) {
                long found = joined.get(ValueLayout.JAVA_LONG, i * page);
                CaseFailed.unless(found == i + 100, "page " + i + " of the dma-buf has " + found + ", the object has " + (i + 100));
            }
        }
        CaseFailed.unless(stage.libc().identity(handles.handle(object)).isPresent(), "the dma-buf is closed");
        return "16 pieces, one dma-buf";
    }
}
