/** Pictures: colour bars, Y4M, PNG, the stamp by which frames are counted. No OSGi, no clock. */
package sharebuf.app.media;
