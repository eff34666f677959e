package sharebuf.console;

/** The words of a command. Stateless. */
final class Words {
    private Words() {
    }

    /**
     * Checks that there is one wherever one was typed.
     *
     * @param words of a command; the shell makes null of a variable that is not set
     * @throws IllegalArgumentException naming the first that is none
     */
    static void check(String[] words) {
        for (int i = 0; i < words.length; i++) {
            if (words[i] == null) {
                throw new IllegalArgumentException("word " + (i + 1) + " behind the command is nothing: a variable that is not set");
            }
        }
    }
}
