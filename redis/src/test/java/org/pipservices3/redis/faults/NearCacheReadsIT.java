package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;

/** What one thread reads from its near cache after its own calls. */
@Timeout(60)
class NearCacheReadsIT extends OnOwnServer {
  private static final int ROUNDS = 300;

  @Test
  void retrieve_afterOwnStoreAndDeleteWithAPrefix_isNeverTheOldValue() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true, "options.key_prefix", "own:");
    awaitTrackers(1);
    for (int i = 0; i < ROUNDS; i++) {
      cache.store(null, key, i, MINUTE);
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
      cache.store(null, key, -i, MINUTE);
      assertThat(cache.retrieve(null, key)).isEqualTo(-i);
      assertThat(i % 2 == 0 ? cache.delete(null, key) : cache.delete(null, List.of(key)))
          .isEqualTo(1);
      assertThat(cache.retrieve(null, key)).isNull();
    }
  }

  @Test
  void retrieve_afterATypedRead_isTheValueAndNotWhatItWasReadAs() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true);
    awaitTrackers(1);
    cache.store(null, key, 123, MINUTE);
    assertThat(cache.retrieveAs(null, key, String.class)).isEqualTo("123");
    assertThat(cache.retrieve(null, key)).isEqualTo(123);
    assertThat(cache.retrieveAs(null, key, String.class)).isEqualTo("123");
    assertThat(cache.retrieve(null, key)).isEqualTo(123);
  }
}
