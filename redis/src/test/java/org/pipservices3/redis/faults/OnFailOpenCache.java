package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;

/** A cache with fail_open on a server of its own, and how soon its calls have to end. */
abstract class OnFailOpenCache extends OnOwnServer {
  static final Duration AT_ONCE = Duration.ofMillis(100);

  static final Duration BACK = Duration.ofSeconds(2);

  /** What one call may take: two attempts of 500 ms each, and pauses between them. */
  static final Duration WORST = Duration.ofMillis(2 * 500 + 500);

  static final Object[] FAIL_OPEN = {
    "options.fail_open", true,
    "options.connect_timeout", 500,
    "options.command_timeout", 500,
    "options.failover_timeout", 1_000,
    "options.retries", 1
  };

  /** The options of a cache with fail_open, and others. */
  static Object[] failOpenAnd(Object... options) {
    return Stream.concat(Arrays.stream(FAIL_OPEN), Arrays.stream(options)).toArray();
  }

  void awaitBack(RedisCache cache) {
    promptly().atMost(BACK).until(() -> cache.store(null, key, 2, MINUTE));
    promptly().atMost(BACK).until(() -> Integer.valueOf(2).equals(cache.retrieve(null, key)));
  }

  static void awaitInfo(Components components) {
    promptly().atMost(BACK).until(() -> components.logger().text().contains("back after"));
  }

  /** All but a few, which a busy machine holds up; without a circuit each would wait. */
  static void assertAtOnce(RedisCache cache, String key) throws Exception {
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      times.add(timeOf(() -> assertThat(cache.retrieve(null, key)).isNull()));
      times.add(timeOf(() -> assertThat(cache.store(null, key, 1, MINUTE)).isFalse()));
      times.add(timeOf(() -> cache.remove(null, key)));
      times.add(timeOf(() -> assertThat(cache.delete(null, key)).isZero()));
    }
    assertThat(times).filteredOn(time -> time.compareTo(AT_ONCE) > 0).hasSizeLessThan(3);
  }

  static Duration timeOf(Background.Action action) throws Exception {
    long start = System.nanoTime();
    action.run();
    return since(start);
  }
}
