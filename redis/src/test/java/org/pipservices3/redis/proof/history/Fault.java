package org.pipservices3.redis.proof.history;

import java.util.Set;

/**
 * Something bad that was done in a run.
 *
 * @param process the worker that it was done to, or {@link #SERVERS}
 * @param losesData whether Redis may forget what it has confirmed, as the docs say of such a fault
 * @param spared the keys whose server was healthy and reachable all the while, if that is known
 * @param end when all was whole again
 */
public record Fault(
    String name, int process, boolean losesData, Set<String> spared, long begin, long end) {

  /** In place of a worker: this was done to servers or to the network. */
  public static final int SERVERS = -1;

  boolean overlaps(long from, long to) {
    return begin <= to && end >= from;
  }
}
