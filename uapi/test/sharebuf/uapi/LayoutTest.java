package sharebuf.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sizes, offsets and numbers against the C compiler and the headers of this machine. */
class LayoutTest {
    private static final List<Class<?>> NUMBERS = List.of(V4l2.class, Drm.class, DmaBuf.class, DmaHeap.class, Udmabuf.class, SyncFile.class);
    /** Fields that a union puts where another is declared: structure, C name, offset in Java. */
    private static final Map<String, Long> ALIASES = Map.of(
        "v4l2_frmsizeenum discrete.width", Struct.offset(V4l2FrameSize.LAYOUT, "stepwise.min_width"),
        "v4l2_frmsizeenum discrete.height", Struct.offset(V4l2FrameSize.LAYOUT, "stepwise.max_width"),
        "v4l2_format fmt.pix", Struct.offset(V4l2Format.LAYOUT, "fmt"),
        "v4l2_format fmt.pix_mp", Struct.offset(V4l2Format.LAYOUT, "fmt"),
        "v4l2_streamparm parm.output.timeperframe", Struct.offset(V4l2StreamParm.LAYOUT, "parm.capture.timeperframe.numerator"),
        "v4l2_buffer m.fd", Struct.offset(V4l2Buffer.LAYOUT, "m"),
        "v4l2_buffer m.planes", Struct.offset(V4l2Buffer.LAYOUT, "m"),
        "v4l2_plane m.mem_offset", Struct.offset(V4l2Plane.LAYOUT, "m"));

    @Test
    void shouldAgreeWithTheHeaders(@TempDir Path dir) throws Exception {
        Map<String, Long> java = java();
        Path source = dir.resolve("layout.c");
        Files.writeString(source, program(java.keySet().stream().toList()));
        Path program = dir.resolve("layout");
        String problem = compile(source, program);
        assumeTrue(problem.isEmpty(), "not compared with C, which needs gcc, linux-libc-dev and libdrm-dev: " + problem);
        Process run = new ProcessBuilder(program.toString()).start();
        Map<String, Long> c = new LinkedHashMap<>();
        for (String line : new String(run.getInputStream().readAllBytes()).lines().toList()) {
            String[] nameAndValue = line.split("=");
            c.put(nameAndValue[0], Long.parseLong(nameAndValue[1]));
        }
        assertThat(run.waitFor()).isZero();
        assertThat(java).hasSizeGreaterThan(300).containsExactlyEntriesOf(c);
    }

    @Test
    void shouldCarryTheSizeOfItsStructureInEachIoctl() {
        Map<Long, StructLayout> layouts = Map.ofEntries(
            Map.entry(DmaBuf.DMA_BUF_IOCTL_EXPORT_SYNC_FILE, DmaBufExportSyncFile.LAYOUT), Map.entry(DmaBuf.DMA_BUF_IOCTL_IMPORT_SYNC_FILE, DmaBufImportSyncFile.LAYOUT),
            Map.entry(SyncFile.SYNC_IOC_FILE_INFO, SyncFileInfo.LAYOUT), Map.entry(DmaBuf.DMA_BUF_IOCTL_SYNC, DmaBufSync.LAYOUT), Map.entry(DmaHeap.DMA_HEAP_IOCTL_ALLOC, DmaHeapAllocation.LAYOUT),
            Map.entry(Udmabuf.UDMABUF_CREATE, UdmabufCreate.LAYOUT), Map.entry(Udmabuf.UDMABUF_CREATE_LIST, UdmabufCreateList.LAYOUT),
            Map.entry(V4l2.VIDIOC_QUERYCAP, V4l2Capability.LAYOUT), Map.entry(V4l2.VIDIOC_ENUM_FMT, V4l2FormatDescription.LAYOUT),
            Map.entry(V4l2.VIDIOC_ENUM_FRAMESIZES, V4l2FrameSize.LAYOUT), Map.entry(V4l2.VIDIOC_S_FMT, V4l2Format.LAYOUT),
            Map.entry(V4l2.VIDIOC_S_PARM, V4l2StreamParm.LAYOUT), Map.entry(V4l2.VIDIOC_REQBUFS, V4l2RequestBuffers.LAYOUT),
            Map.entry(V4l2.VIDIOC_QBUF, V4l2Buffer.LAYOUT), Map.entry(V4l2.VIDIOC_CREATE_BUFS, V4l2CreateBuffers.LAYOUT),
            Map.entry(V4l2.VIDIOC_EXPBUF, V4l2ExportBuffer.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_VERSION, DrmVersion.LAYOUT), Map.entry(Drm.DRM_IOCTL_GET_CAP, DrmCap.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_GEM_CLOSE, DrmGemClose.LAYOUT), Map.entry(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, DrmPrimeHandle.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_MODE_GETRESOURCES, DrmCardResources.LAYOUT), Map.entry(Drm.DRM_IOCTL_MODE_SETCRTC, DrmCrtc.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_MODE_GETENCODER, DrmEncoder.LAYOUT), Map.entry(Drm.DRM_IOCTL_MODE_GETCONNECTOR, DrmConnector.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_MODE_PAGE_FLIP, DrmPageFlip.LAYOUT), Map.entry(Drm.DRM_IOCTL_MODE_CREATE_DUMB, DrmCreateDumb.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_MODE_MAP_DUMB, DrmMapDumb.LAYOUT), Map.entry(Drm.DRM_IOCTL_MODE_DESTROY_DUMB, DrmDestroyDumb.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_MODE_GETPLANERESOURCES, DrmPlaneResources.LAYOUT),
            Map.entry(Drm.DRM_IOCTL_MODE_GETPLANE, DrmPlane.LAYOUT), Map.entry(Drm.DRM_IOCTL_MODE_ADDFB2, DrmFramebuffer.LAYOUT));
        layouts.forEach((request, layout) -> assertThat(request >>> 16 & 0x3fff).as(layout.toString()).isEqualTo(layout.byteSize()));
    }

    /** Every size, offset and number by a C expression. */
    private static Map<String, Long> java() throws IllegalAccessException {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Class<?> type : Struct.class.getPermittedSubclasses()) {
            StructLayout layout = (StructLayout) constant(type, "LAYOUT");
            String name = layout.name().orElseThrow();
            all.put("sizeof(struct " + name + ")", layout.byteSize());
            for (MemoryLayout field : layout.memberLayouts()) {
                if (!(field instanceof PaddingLayout)) {
                    String path = field.name().orElseThrow();
                    all.put("offsetof(struct " + name + ", " + path + ")", Struct.offset(layout, path));
                    all.put("sizeof(((struct " + name + " *) 0)->" + path + ")", field.byteSize());
                }
            }
        }
        ALIASES.forEach((path, offset) -> all.put("offsetof(struct " + path.replace(" ", ", ") + ")", offset));
        for (Class<?> type : NUMBERS) {
            for (Field field : type.getFields()) {
                all.put("(" + (field.getType() == long.class ? "unsigned" : "int") + ") " + field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        return all;
    }

    private static Object constant(Class<?> type, String name) throws IllegalAccessException {
        return Arrays.stream(type.getFields()).filter(f -> Modifier.isStatic(f.getModifiers()) && f.getName().equals(name)).findFirst()
            .orElseThrow().get(null);
    }

    private static String program(List<String> expressions) {
        StringBuilder s = new StringBuilder("""
            #include <stddef.h>
            #include <fcntl.h>
            #include <stdio.h>
            #include <linux/videodev2.h>
            #include <linux/dma-buf.h>
            #include <linux/sync_file.h>
            #include <linux/dma-heap.h>
            #include <linux/udmabuf.h>
            #include <drm.h>
            #include <drm_mode.h>
            #include <xf86drmMode.h>
            int main(void) {
            """);
        for (String expression : expressions) {
            s.append("printf(\"%s=%lld\\n\", \"").append(expression).append("\", (long long) (").append(expression).append("));\n");
        }
        return s.append("return 0; }\n").toString();
    }

    /** Empty when it worked, else why not. */
    private static String compile(Path source, Path program) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("gcc", "-I/usr/include/drm", "-I/usr/include/libdrm", "-o"));
        command.addAll(List.of(program.toString(), source.toString()));
        try {
            Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(gcc.getInputStream().readAllBytes());
            if (gcc.waitFor() == 0) {
                return "";
            }
            if (output.contains("No such file or directory")) {
                return output.lines().filter(l -> l.contains("No such file")).findFirst().orElse(output);
            }
            throw new AssertionError("gcc does not take the program:\n" + output);
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
