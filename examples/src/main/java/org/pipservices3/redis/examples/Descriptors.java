package org.pipservices3.redis.examples;

import org.pipservices3.commons.refer.Descriptor;

/** Descriptors of the service's components. */
final class Descriptors {
  static final Descriptor CACHE =
      new Descriptor("pip-services", "cache", "redis", "default", "1.0");
  static final Descriptor EVERY_CACHE =
      new Descriptor("pip-services", "cache", "redis", "*", "1.0");
  static final Descriptor FIRST_LOCK =
      new Descriptor("pip-services", "lock", "redis", "first", "1.0");
  static final Descriptor SECOND_LOCK =
      new Descriptor("pip-services", "lock", "redis", "second", "1.0");
  static final Descriptor EVERY_LOCK = new Descriptor("pip-services", "lock", "redis", "*", "1.0");
  static final Descriptor CONTROLLER =
      new Descriptor("redis-tutorial", "controller", "default", "*", "1.0");
  static final Descriptor COUNTER_RACE =
      new Descriptor("redis-tutorial", "counter-race", "default", "*", "1.0");
  static final Descriptor LOAD_RACE =
      new Descriptor("redis-tutorial", "load-race", "default", "*", "1.0");

  private Descriptors() {}
}
