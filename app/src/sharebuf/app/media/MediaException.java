package sharebuf.app.media;

/** A file of pictures is not what it should be; the message names file, frame, what was found and what is allowed. */
public final class MediaException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param message the whole sentence
     */
    public MediaException(String message) {
        super(message);
    }
}
