package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;

/** What tests of the near cache on a server of their own share: readers, and waits for entries. */
abstract class NearCacheOnOwnServer extends OnOwnServer {
  static final Object[] NEAR = {"options.near_cache", true};

  boolean isValue(RedisCache cache, Object expected) {
    try {
      return expected.equals(cache.retrieve(null, key));
    } catch (RedisException e) {
      return false;
    }
  }

  /** Waits until the value is read without asking the server. */
  void awaitEntryOf(Components of, RedisCache cache, Object expected) {
    awaitEntryOf(of, cache, key, expected);
  }

  static void awaitEntryOf(Components of, RedisCache cache, String wanted, Object expected) {
    AtomicLong hits = new AtomicLong();
    eventually()
        .until(
            () -> {
              hits.set(of.counters().count("redis.cache.near_hits"));
              return expected.equals(cache.retrieve(null, wanted))
                  && of.counters().count("redis.cache.near_hits") > hits.get();
            });
  }

  void staysAt(RedisCache cache, Object expected) {
    for (int i = 0; i < 50; i++) {
      assertThat(cache.retrieve(null, key)).isEqualTo(expected);
    }
  }

  /** Threads that read the key as fast as they can, so that fills meet changes. */
  List<Background<Boolean>> readUntil(AtomicBoolean done, RedisCache cache, int threads) {
    return repeatUntil(done, threads, () -> cache.retrieve(null, key));
  }

  static List<Background<Boolean>> repeatUntil(
      AtomicBoolean done, int count, Background.Action action) {
    List<Background<Boolean>> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Background.run(
              () -> {
                while (!done.get()) {
                  action.run();
                }
              }));
    }
    return threads;
  }

  static void end(AtomicBoolean done, List<Background<Boolean>> readers) throws Exception {
    done.set(true);
    for (Background<Boolean> reader : readers) {
      assertThat(reader.result()).isTrue();
    }
  }
}
