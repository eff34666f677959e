/**
 * What an operator types: {@code dma:*} commands that show the ledger, and {@code serve}, which keeps a board up behind a shell.
 */
package sharebuf.console;
