package org.pipservices3.redis.proof.history;

/**
 * Something bad that was done in a run.
 *
 * @param process the worker that it was done to, or {@link #SERVERS}
 * @param losesData whether Redis may forget what it has confirmed, as the docs say of such a fault
 * @param end when all was whole again
 */
public record Fault(String name, int process, boolean losesData, long begin, long end) {

  /** In place of a worker: this was done to servers or to the network. */
  public static final int SERVERS = -1;

  boolean overlaps(long from, long to) {
    return begin <= to && end >= from;
  }
}
