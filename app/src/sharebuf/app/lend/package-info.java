/** Frames lent to another process over a Unix socket, and taken from one. The protocol is in docs/lending.md. */
package sharebuf.app.lend;
