/**
 * JSON objects read field by field, and what memory must be in the form that {@code docs/constraints-json.md} describes: a plain library for whatever reads
 * such data, files of constraints and boards alike.
 */
package sharebuf.fields;
