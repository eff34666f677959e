package sharebuf.lab;

/** The run cannot go on; the message says why and what to do. Immutable. */
final class Trouble extends Exception {
    private static final long serialVersionUID = 1;

    /** The command's exit code. */
    final int exit = 2;
    /** Whether the machine lacks something; else the call, or a file of the project, is wrong. */
    final boolean lack;

    private Trouble(boolean lack, String message) {
        super(message);
        this.lack = lack;
    }

    /** The call is wrong, or a file of the project. */
    static Trouble wrong(String message) {
        return new Trouble(false, message);
    }

    /** The machine lacks something: a program, a package, the network. */
    static Trouble lack(String message) {
        return new Trouble(true, message);
    }
}
