package org.pipservices3.redis.cache;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** A cache, and a client that writes whatever it likes under the key that the cache reads. */
abstract class OnRawValues {
  final String key = Keys.unique("foreign");
  final Components components = new Components(Targets.plain());
  final RawRedis raw = Targets.plain().raw();
  RedisCache cache;

  @BeforeEach
  final void open() throws ApplicationException {
    cache = components.cache();
  }

  @AfterEach
  final void close() throws ApplicationException {
    raw.del(key);
    raw.close();
    components.close();
  }

  /** A bean that can hold anything. */
  public static final class Holder {
    public Object x = "";
  }

  record Point(int x, int y) {}
}
