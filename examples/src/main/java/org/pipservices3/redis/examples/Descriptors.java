package org.pipservices3.redis.examples;

import java.util.List;
import org.pipservices3.commons.refer.Descriptor;

/** Descriptors of the service's components. */
final class Descriptors {
  static final Descriptor CACHE = redis("cache", "default");
  static final Descriptor NEAR_CACHE = redis("cache", "near");
  static final Descriptor FAIL_OPEN_CACHE = redis("cache", "fail-open");
  static final Descriptor EVERY_CACHE = redis("cache", "*");
  static final Descriptor STATE_STORE = redis("state-store", "default");
  static final Descriptor FIRST_LOCK = redis("lock", "first");
  static final Descriptor SECOND_LOCK = redis("lock", "second");
  static final Descriptor EVERY_LOCK = redis("lock", "*");

  static final Descriptor CONTROLLER = step("controller");
  static final Descriptor NEAR_HITS = step("near-hits");
  static final Descriptor PROGRESS = step("progress");
  static final Descriptor COUNTER_RACE = step("counter-race");
  static final Descriptor WOKEN_BY_PROCESS = step("woken-by-process");
  static final Descriptor LOST_LEASE = step("lost-lease");
  static final Descriptor LOAD_RACE = step("load-race");
  static final Descriptor OUTAGE = step("outage");

  /** The outage comes last: the server that the example starts forgets everything in it. */
  static final List<Descriptor> STEPS =
      List.of(
          CONTROLLER,
          PROGRESS,
          NEAR_HITS,
          COUNTER_RACE,
          WOKEN_BY_PROCESS,
          LOST_LEASE,
          LOAD_RACE,
          OUTAGE);

  private Descriptors() {}

  private static Descriptor redis(String kind, String name) {
    return new Descriptor("pip-services", kind, "redis", name, "1.0");
  }

  private static Descriptor step(String kind) {
    return new Descriptor("redis-tutorial", kind, "default", "*", "1.0");
  }
}
