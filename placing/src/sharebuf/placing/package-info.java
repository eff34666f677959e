/**
 * Where an object may lie in a placed region: the books of what is free, and searches that find a placement when one exists. Pure
 * algorithms, copied into the allocators that use them.
 */
package sharebuf.placing;
