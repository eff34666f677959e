/** The board under a command: found, brought up, taken down. */
package sharebuf.app.board;
