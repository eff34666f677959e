package sharebuf.platform.sim;

/** Says, inside the bundle, that a range of DRAM is there: regions are looked at again when one arrives. */
interface DramRange {
}
