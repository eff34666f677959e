/** What a pipeline developer can start from. */
package sharebuf.itest.example;
