package org.pipservices3.redis.proof;

import java.util.Random;
import org.pipservices3.redis.fixture.Background.Action;
import org.pipservices3.redis.proof.history.Fault;

/**
 * Something bad that can be done to a site or its workers.
 *
 * @param losesData whether Redis may forget by it what it has confirmed, as the docs say
 * @param longest how long it lasts at the most, in ms, until it is undone
 */
record Disaster(String name, boolean losesData, int longest, Strike strike) {

  /**
   * What was struck, and how that is undone.
   *
   * @param process the worker that was struck, or {@link Fault#SERVERS}
   */
  record Struck(String target, int process, Action undo) {
    static Struck servers(Object target, Action undo) {
      return new Struck(target.toString(), Fault.SERVERS, undo);
    }
  }

  /** The doing of it; the dice choose the target. */
  interface Strike {
    Struck at(Random random) throws Exception;
  }
}
