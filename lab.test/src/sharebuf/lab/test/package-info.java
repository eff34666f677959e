/** The jobs of the laboratory as tests. Test code of this project only. */
package sharebuf.lab.test;
