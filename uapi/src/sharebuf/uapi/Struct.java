package sharebuf.uapi;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A view of one structure of the kernel's user-space interface. The fields of each are declared once, in the order and with the
 * names of its header; offsets follow by the rule of C, and a test compares them with the compiler's. Offsets are constants to the
 * JIT, so an accessor is one load or store.
 *
 * <p>A view has no state but its memory: as many as one likes may look at the same bytes. Not thread-safe: whoever shares the
 * memory orders the accesses. Numbers are in the machine's byte order.
 */
public abstract sealed class Struct
        permits DmaBufExportSyncFile, DmaBufImportSyncFile, SyncFenceInfo, SyncFileInfo,
        DmaBufSync, DmaHeapAllocation, DrmCap, DrmCardResources, DrmConnector, DrmCreateDumb, DrmCrtc, DrmDestroyDumb, DrmDirtyFramebuffer, DrmEncoder, DrmObjectProperties, DrmProperty,
        DrmBlob, DrmFormatModifierBlob, DrmFormatModifier, V4l2Input, V4l2Output, V4l2DvTimings, V4l2Event, V4l2EventSubscription, V4l2Control, V4l2QueryControl,
        DrmEventVblank,
        DrmFramebuffer, DrmGemClose, DrmMapDumb, DrmModeInfo, DrmPageFlip, DrmPlane, DrmPlaneResources, DrmPrimeHandle,
        DrmVersion, UdmabufCreate, UdmabufCreateItem, UdmabufCreateList, V4l2Buffer, V4l2Capability, V4l2CreateBuffers, V4l2ExportBuffer, V4l2Format, V4l2FormatDescription, V4l2FrameSize,
        V4l2PixFormat, V4l2PixFormatMplane, V4l2Plane, V4l2PlanePixFormat, V4l2RequestBuffers, V4l2StreamParm {
    private final MemorySegment at;

    Struct(StructLayout layout, MemorySegment at) {
        this.at = at.asSlice(0, layout);
    }

    /**
     * The bytes of the structure.
     *
     * @return exactly as many as its layout has
     */
    public final MemorySegment segment() {
        return at;
    }

    /**
     * Where it is, for a pointer in another structure.
     *
     * @return the native address
     */
    public final long address() {
        return at.address();
    }

    /** Sets every byte to 0. */
    public final void clear() {
        at.fill((byte) 0);
    }

    /**
     * The memory behind a pointer that a structure carries: for whoever plays the kernel.
     *
     * @param address native, not 0
     * @param bytes as many as the structure says that there are
     * @return the memory; whoever calls keeps it from being freed meanwhile
     * @throws IllegalArgumentException for address 0, where a kernel says EFAULT
     */
    @SuppressWarnings("restricted") // a pointer of C is nothing but a number
    public static MemorySegment memory(long address, long bytes) {
        if (address == 0) {
            throw new IllegalArgumentException("a pointer is 0 where " + bytes + " bytes are to be");
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    final int int32(long offset) {
        return at.get(ValueLayout.JAVA_INT, offset);
    }

    final void int32(long offset, int value) {
        at.set(ValueLayout.JAVA_INT, offset, value);
    }

    final long uint32(long offset) {
        return Integer.toUnsignedLong(at.get(ValueLayout.JAVA_INT, offset));
    }

    final void uint32(long offset, long value) {
        if (value >>> 32 != 0) {
            throw new IllegalArgumentException(value + " does not fit 32 bits without sign");
        }
        at.set(ValueLayout.JAVA_INT, offset, (int) value);
    }

    final long int64(long offset) {
        return at.get(ValueLayout.JAVA_LONG, offset);
    }

    final void int64(long offset, long value) {
        at.set(ValueLayout.JAVA_LONG, offset, value);
    }

    /** Of a structure that is packed, where it may lie at any byte. */
    final long int64Packed(long offset) {
        return at.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    final void int64Packed(long offset, long value) {
        at.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
    }

    final int uint16(long offset) {
        return Short.toUnsignedInt(at.get(ValueLayout.JAVA_SHORT, offset));
    }

    final void uint16(long offset, int value) {
        if (value >>> 16 != 0) {
            throw new IllegalArgumentException(value + " does not fit 16 bits without sign");
        }
        at.set(ValueLayout.JAVA_SHORT, offset, (short) value);
    }

    final int uint8(long offset) {
        return Byte.toUnsignedInt(at.get(ValueLayout.JAVA_BYTE, offset));
    }

    final void uint8(long offset, int value) {
        if (value >>> 8 != 0) {
            throw new IllegalArgumentException(value + " does not fit 8 bits without sign");
        }
        at.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    /** Text of at most {@code capacity} bytes; ends at the first 0 or at the capacity. */
    final String text(long offset, int capacity) {
        byte[] bytes = at.asSlice(offset, capacity).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < capacity && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Writes text, cut so that a 0 follows it. */
    final void text(long offset, int capacity, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        at.asSlice(offset, capacity).fill((byte) 0);
        MemorySegment.copy(bytes, 0, at, ValueLayout.JAVA_BYTE, offset, Math.min(bytes.length, capacity - 1));
    }

    final MemorySegment part(long offset, StructLayout layout) {
        return at.asSlice(offset, layout);
    }

    final MemorySegment part(long offset, StructLayout layout, int index, int count) {
        return at.asSlice(offset + Objects.checkIndex(index, count) * layout.byteSize(), layout);
    }

    /** Offset of an element in its array, in bytes. */
    static long element(int index, int count, int bytes) {
        return (long) Objects.checkIndex(index, count) * bytes;
    }

    /** Lays fields out by the rule of C: each at the next multiple of its alignment, the whole padded to the largest of them. */
    static StructLayout layout(String name, MemoryLayout... fields) {
        List<MemoryLayout> elements = new ArrayList<>();
        long at = 0;
        long align = 1;
        for (MemoryLayout field : fields) {
            at = pad(elements, at, field.byteAlignment());
            elements.add(field);
            at += field.byteSize();
            align = Math.max(align, field.byteAlignment());
        }
        pad(elements, at, align);
        return MemoryLayout.structLayout(elements.toArray(MemoryLayout[]::new)).withName(name);
    }

    private static long pad(List<MemoryLayout> elements, long at, long align) {
        long missing = -at & (align - 1);
        if (missing != 0) {
            elements.add(MemoryLayout.paddingLayout(missing));
        }
        return at + missing;
    }

    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    static MemoryLayout u8(String name) {
        return ValueLayout.JAVA_BYTE.withName(name);
    }

    static MemoryLayout u8(String name, int count) {
        return array(name, ValueLayout.JAVA_BYTE, count);
    }

    static MemoryLayout u16(String name) {
        return ValueLayout.JAVA_SHORT.withName(name);
    }

    static MemoryLayout u16(String name, int count) {
        return array(name, ValueLayout.JAVA_SHORT, count);
    }

    static MemoryLayout u32(String name) {
        return ValueLayout.JAVA_INT.withName(name);
    }

    static MemoryLayout u32(String name, int count) {
        return array(name, ValueLayout.JAVA_INT, count);
    }

    static MemoryLayout s32(String name) {
        return ValueLayout.JAVA_INT.withName(name);
    }

    static MemoryLayout u64(String name) {
        return ValueLayout.JAVA_LONG.withName(name);
    }

    static MemoryLayout u64Packed(String name) {
        return ValueLayout.JAVA_LONG_UNALIGNED.withName(name);
    }

    static MemoryLayout u64(String name, int count) {
        return array(name, ValueLayout.JAVA_LONG, count);
    }

    static MemoryLayout struct(String name, StructLayout layout) {
        return layout.withName(name);
    }

    static MemoryLayout structs(String name, StructLayout layout, int count) {
        return array(name, layout, count);
    }

    static MemoryLayout padding(long bytes) {
        return MemoryLayout.paddingLayout(bytes);
    }

    private static MemoryLayout array(String name, MemoryLayout element, int count) {
        return MemoryLayout.sequenceLayout(count, element).withName(name);
    }
}
