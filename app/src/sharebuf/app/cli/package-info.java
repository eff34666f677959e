/** What every command shares: options, exit codes, JSON, tables, refusals in print. */
package sharebuf.app.cli;
