package sharebuf.node;

import sharebuf.buffer.Errno;

/** A device or the system failed: the errno, what was being done, and with which device. */
public final class DeviceException extends Exception {
    private static final long serialVersionUID = 1;

    private final Errno errno;
    private final String device;
    private final String operation;
    private final String detail;

    /**
     * Names all of it.
     *
     * @param errno the error
     * @param device name of the device
     * @param operation what was being done, such as {@code VIDIOC_QBUF}
     * @param detail what exactly is wrong; may be empty
     */
    public DeviceException(Errno errno, String device, String operation, String detail) {
        super(device + ": " + operation + ": " + errno + (detail.isEmpty() ? "" : ": " + detail));
        this.errno = errno;
        this.device = device;
        this.operation = operation;
        this.detail = detail;
    }

    /**
     * The error.
     *
     * @return never null
     */
    public Errno errno() {
        return errno;
    }

    /**
     * The device.
     *
     * @return its name
     */
    public String device() {
        return device;
    }

    /**
     * What was being done.
     *
     * @return the operation
     */
    public String operation() {
        return operation;
    }

    /**
     * What exactly is wrong.
     *
     * @return may be empty
     */
    public String detail() {
        return detail;
    }
}
