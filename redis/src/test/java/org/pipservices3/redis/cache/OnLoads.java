package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnTargets;

/**
 * Loads of one key by two components. Whatever a test does, no lease of the key is left afterwards.
 */
@Timeout(60)
abstract class OnLoads extends OnTargets {
  static final long MINUTE = 60_000;
  static final LoadOptions OPTIONS = LoadOptions.defaults().timeout(Duration.ofMinutes(1));

  final String key = Keys.unique("load");
  RedisCache cache;
  RedisCache other;

  @BeforeEach
  void openCaches() throws ApplicationException {
    cache = components.cache();
    other = components.cache();
  }

  @AfterEach
  void noLeaseIsLeft() {
    await().atMost(Duration.ofSeconds(3)).until(() -> !raw.exists(lease()));
  }

  /** The key of the load lease, as the documents say. */
  final String lease() {
    return "load:{" + key + "}";
  }

  /** Loads in the background, by a loader that is parked. */
  final Background<String> load(RedisCache by, ParkedLoader<String> loader) {
    return load(by, OPTIONS, loader);
  }

  final Background<String> load(RedisCache by, LoadOptions options, ParkedLoader<String> loader) {
    return Background.call(() -> by.retrieveOrLoad(null, key, String.class, options, loader));
  }

  /** Loads a value that is there at once. */
  final String load(RedisCache by, String value) {
    return by.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> value);
  }

  /** The same call on so many threads of both components, begun together. */
  final <T> List<Background<T>> onBoth(int threads, Call<T> call) {
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Background<T>> calls = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      RedisCache by = i % 2 == 0 ? cache : other;
      calls.add(
          Background.call(
              () -> {
                start.await();
                return call.by(by);
              }));
    }
    return calls;
  }

  /** What Redis holds, as JSON text. */
  final void assertStored(String json) {
    assertThat(raw.text(key)).isEqualTo(json);
  }

  final void assertNothingStored() {
    assertThat(raw.exists(key)).as("a value in Redis").isFalse();
  }

  final long count(String counter) {
    return components.counters().count("redis.cache." + counter);
  }

  /** A call of a cache that may throw. */
  interface Call<T> {
    T by(RedisCache cache) throws Exception;
  }
}
