package org.pipservices3.redis.proof.history;

import java.util.List;

/** A promise of the library, checked against what happened. */
interface Rule {

  /** Every operation or pair of them that breaks the promise; empty if it was kept. */
  List<Violation> check(History history);
}
