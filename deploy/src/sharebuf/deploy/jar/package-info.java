/** What a plug-in's jar is and says, read without the framework. Private to the bundle. */
package sharebuf.deploy.jar;
