package sharebuf.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A machine that QEMU emulates: a processor with memory and devices. Jobs say which one they need. */
enum Machine {
    /** What jobs get that say nothing. */
    STANDARD("standard", 2),
    /** Has memory above 4 GiB, where a device with a 32-bit mask cannot reach. */
    LARGE("6g", 6);

    /** What people call it here: the value of {@code machine=} on a job's line. */
    final String word;
    /** GiB of memory. The host gives a page when the guest touches it. */
    final int memory;

    Machine(String word, int memory) {
        this.word = word;
        this.memory = memory;
    }

    /** The one with a word; IllegalArgumentException that tells the words there are. */
    static Machine of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no machine '" + word + "'; there are "
                        + Arrays.stream(values()).map(each -> each.word).collect(Collectors.joining(", "))));
    }

    /**
     * QEMU's command line; it has to be started in the share, in which the folder with the machine's name must be there.
     *
     * @param arch      its processor
     * @param kernel    to boot
     * @param initramfs with everything else
     */
    List<String> command(Arch arch, Path kernel, Path initramfs) {
        List<String> command = new ArrayList<>(List.of(arch.qemu, "-name", "sharebuf-lab-" + word, "-accel", "tcg,thread=multi",
                "-smp", "2", "-m", memory + "G", "-nodefaults", "-no-reboot", "-display", "none",
                "-fsdev", "local,id=share,path=.,security_model=none,multidevs=remap",
                "-device", "virtio-9p-pci,fsdev=share,mount_tag=share",
                // The first serial port is the console. The second one is connected to QEMU's own monitor, through a socket. It sits on PCI,
                // whose interrupts are levels: an edge of the ISA port's can get lost on a busy machine, and then nothing is read any more.
                "-serial", "file:" + word + "/console.log",
                "-chardev", "socket,id=monitor,path=" + word + "/monitor.sock,server=on,wait=off",
                "-mon", "chardev=monitor,mode=readline",
                "-chardev", "socket,id=port,path=" + word + "/monitor.sock",
                "-device", "pci-serial,chardev=port",
                "-device", "edu",
                "-device", "virtio-gpu-pci,id=virtio",
                "-device", "bochs-display,id=bochs",
                "-kernel", kernel.toString(), "-initrd", initramfs.toString()));
        // What the kernel does not know and has no dot in its name becomes a variable of /init.
        String common = " quiet nokaslr panic=-1 mitigations=off machine=" + word + " arch=" + arch.word + " monitor=";
        switch (arch) {
            // erms: the kernel would clear and copy pages byte by byte, which real processors do at once and an emulator does not.
            case X86_64 -> command.addAll(List.of("-M", "q35,kernel-irqchip=off", "-cpu", "max,erms=off",
                    "-device", "intel-iommu,intremap=on",
                    "-device", "cirrus-vga,id=cirrus",
                    // no_timer_check: on a busy machine the check of the timer's interrupt fails now and then, and the kernel panics.
                    "-append", "console=ttyS0 no_timer_check intel_iommu=on" + common + "ttyS1"));
            case ARM64 -> command.addAll(List.of("-M", "virt,gic-version=3,iommu=smmuv3", "-cpu", "cortex-a72",
                    "-append", "console=ttyAMA0 cma=64M" + common + "ttyS0"));
        }
        return command;
    }
}
