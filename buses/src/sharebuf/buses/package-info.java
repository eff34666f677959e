/** Maps objects for devices that see memory through the windows of a bus. A library: private to each bundle that copies it in. */
package sharebuf.buses;
