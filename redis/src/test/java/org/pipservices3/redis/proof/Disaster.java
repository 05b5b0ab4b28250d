package org.pipservices3.redis.proof;

import java.util.Random;
import java.util.Set;
import org.pipservices3.redis.fixture.Background.Action;
import org.pipservices3.redis.proof.history.Fault;

/**
 * Something bad that can be done to a site or its workers.
 *
 * @param longest how long it lasts at the most, in ms, until it is undone
 */
record Disaster(String name, Harm harm, int longest, Strike strike) {

  /** What it does to data that Redis has confirmed. */
  enum Harm {
    /** Nothing, unless it makes the servers choose another master, who may not know all. */
    NONE,
    /** Others are made masters in good order, and know all. */
    HANDED_OVER,
    /** Redis forgets, as the docs say. */
    FORGOTTEN
  }

  /**
   * What was struck, and how that is undone.
   *
   * @param process the worker that was struck, or {@link Fault#SERVERS}
   * @param spared the keys whose server was not, as far as that is known
   */
  record Struck(String target, int process, Set<String> spared, Action undo) {
    static Struck servers(Object target, Action undo) {
      return servers(target, Set.of(), undo);
    }

    static Struck servers(Object target, Set<String> spared, Action undo) {
      return new Struck(target.toString(), Fault.SERVERS, spared, undo);
    }

    static Struck process(int number, Action undo) {
      return new Struck("process", number, Set.of(), undo);
    }
  }

  /** The doing of it; the dice choose the target. */
  interface Strike {
    Struck at(Random random) throws Exception;
  }
}
