package org.pipservices3.redis.internal.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/** How much a near cache holds, and for how long at the most. */
class NearCacheBoundsTest {
  private final Map<String, byte[]> redis = new HashMap<>();
  private long now;

  private NearCache near(long maxSize, long maxBytes) {
    FakeTracking tracking =
        new FakeTracking() {
          @Override
          public @Nullable Reading read(String key) {
            return reading(redis.get(key), () -> true);
          }
        };
    return new NearCache(tracking, maxSize, maxBytes, () -> {}, () -> now);
  }

  private void fill(NearCache near, String key, String json, @Nullable Object decoded) {
    redis.put(key, json.getBytes(UTF_8));
    near.fill(key).keep(decoded);
  }

  @ParameterizedTest
  @CsvSource({"1, 67108864", "10, 67108864", "1000, 67108864", "1000, 1000000", "7, 1000003"})
  void keep_smallValues_keepsMaxSizeOfThem(int maxSize, long maxBytes) {
    NearCache near = near(maxSize, maxBytes);
    assertThat(kept(near, 3 * maxSize, "1")).isEqualTo(maxSize);
  }

  @Test
  void keep_largeValues_keepsNoMoreThanMaxBytes() {
    NearCache near = near(1_000_000, 1_000_000);
    assertThat(kept(near, 1_000, "\"" + "x".repeat(9_000) + "\"")).isBetween(90L, 111L);
  }

  @Test
  void keep_moreEntriesThanBytes_isBoundedByBytes() {
    assertThat(kept(near(Integer.MAX_VALUE, 10_000), 1_000, "1")).isBetween(60L, 78L);
  }

  @Test
  void keep_valueAboveAnEighth_isNotKeptAndEvictsNothing() {
    NearCache near = near(10, 8_000);
    fill(near, "small", "1", 1);
    fill(near, "large", "\"" + "x".repeat(1_000) + "\"", "x".repeat(1_000));
    assertThat(near.get("large")).isNull();
    assertThat(near.get("small")).isNotNull();
  }

  /** One character beyond Latin-1 makes each of them take two bytes. */
  @Test
  void keep_textThatIsNotLatin1_weighsTwoBytesForEachCharacter() {
    NearCache near = near(10, 8_000);
    String latin = "x".repeat(501);
    String wide = "x".repeat(500) + "ż";
    fill(near, "latin", '"' + latin + '"', latin);
    fill(near, "wide", '"' + wide + '"', wide);
    assertThat(near.get("latin")).isNotNull();
    assertThat(near.get("wide")).isNull();
  }

  @Test
  void keep_string_isHeldOnce() {
    NearCache near = near(10, 1_000_000);
    fill(near, "key", "\"text\"", "text");
    assertThat(near.get("key").json()).isNull();
    assertThat(near.get("key").decoded()).isEqualTo("text");
  }

  @Test
  void decoded_stringThatWasKeptAsBytes_takesTheirPlace() {
    NearCache near = near(10, 1_000_000);
    fill(near, "key", "\"text\"", null);
    NearEntry bytes = near.get("key");
    assertThat(bytes.decoded()).isNull();
    near.decoded("key", bytes, "text");
    assertThat(near.get("key").json()).isNull();
    near.changed("key");
    near.decoded("key", bytes, "text");
    assertThat(near.get("key")).as("an entry that was invalidated does not return").isNull();
  }

  @Test
  void get_entryOfAMinute_isReadAgainSinceRedisDoesNotTellOfASwapOfDatabases() {
    NearCache near = near(10, 1_000_000);
    fill(near, "key", "1", 1);
    now = TimeUnit.SECONDS.toNanos(60) - 1;
    assertThat(near.get("key")).isNotNull();
    now++;
    assertThat(near.get("key")).isNull();
  }

  private long kept(NearCache near, int keys, String json) {
    IntStream.range(0, keys).forEach(i -> fill(near, "k" + i, json, null));
    return IntStream.range(0, keys).filter(i -> near.get("k" + i) != null).count();
  }
}
