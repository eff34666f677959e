/**
 * Plug-in folders: {@link sharebuf.deploy.folder.FolderScanner} decides what a look at a folder means, and knows neither threads nor the
 * framework; {@link sharebuf.deploy.folder.WatchedFolder} says when to look.
 */
package sharebuf.deploy.folder;
