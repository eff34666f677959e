/** What a call through a seat costs, and proof of its lock-free part. In the package of what it measures. */
package sharebuf.broker.seat;
