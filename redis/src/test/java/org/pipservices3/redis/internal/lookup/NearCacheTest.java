package org.pipservices3.redis.internal.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/** What is kept, and what ends an entry or prevents it: writes, invalidations and time. */
class NearCacheTest {
  private static final long MAX_BYTES = 1 << 20;
  private long now;
  private long readingTakes;
  private long ttl = 100;
  private boolean live = true;
  private boolean tracked = true;
  private byte @Nullable [] value = "1".getBytes(UTF_8);
  private final Source source = new Source();
  private Runnable onInvalidation = () -> {};
  private final NearCache near =
      new NearCache(source, 100, MAX_BYTES, () -> onInvalidation.run(), () -> now);

  @Test
  void keep_ownWriteAfterTheReading_keepsNothing() {
    NearCache.Fill fill = near.fill("key");
    near.drop("key");
    fill.keep(null);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void keep_invalidationAfterTheReading_keepsNothing() {
    NearCache.Fill fill = near.fill("key");
    near.changed("key");
    fill.keep(null);
    assertThat(near.get("key")).isNull();
  }

  /** Whatever runs after the entry is gone must find the version raised already. */
  @Test
  void keep_justAfterTheInvalidationRemovedTheEntry_keepsNothing() {
    near.fill("key").keep(null);
    NearCache.Fill fill = near.fill("key");
    onInvalidation = () -> fill.keep(null);
    near.changed("key");
    assertThat(near.get("key")).isNull();
  }

  @Test
  void keep_everythingChangedAfterTheReading_keepsNothing() {
    NearCache.Fill fill = near.fill("key");
    near.everythingChanged();
    fill.keep(null);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void get_readingTookLong_endsAsIfItHadTakenNoTime() {
    readingTakes = 40;
    near.fill("key").keep(null);
    now = millis(99);
    assertThat(near.get("key")).isNotNull();
    now = millis(100);
    assertThat(near.get("key")).isNull();
  }

  /** PTTL rounds down: 0 is no time at all, and not for ever. */
  @Test
  void keep_lessThanAMillisecondLeft_isNotServed() {
    ttl = 0;
    near.fill("key").keep(null);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void get_connectionMayHaveMissedAnInvalidation_isNotServedUntilItIsLive() {
    near.fill("key").keep(null);
    live = false;
    assertThat(near.get("key")).isNull();
    live = true;
    assertThat(near.get("key")).isNotNull();
  }

  @Test
  void keep_readBeforeAChangeThatAnotherHasReadAfter_leavesTheNewerEntry() {
    NearCache.Fill early = near.fill("key");
    near.changed("key");
    near.fill("key").keep(2);
    early.keep(1);
    assertThat(near.get("key").decoded()).isEqualTo(2);
  }

  @Test
  void keep_everythingChangedAfterTheReading_keepsNoKeyOfAnyStripe() {
    NearCache few = new NearCache(source, 100, MAX_BYTES, 4, () -> {}, () -> now);
    List<String> keys = List.of("a", "b", "c", "d");
    List<NearCache.Fill> fills = keys.stream().map(few::fill).toList();
    few.everythingChanged();
    fills.forEach(fill -> fill.keep(null));
    assertThat(keys).allSatisfy(key -> assertThat(few.get(key)).isNull());
  }

  @Test
  void keep_container_isHeldAsBytesSinceCallersMayChangeIt() {
    near.fill("key").keep(new ArrayList<>(List.of(1)));
    assertThat(near.get("key").decoded()).isNull();
    near.decoded("key", near.get("key"), new ArrayList<>(List.of(1)));
    assertThat(near.get("key").decoded()).isNull();
  }

  @Test
  void decoded_laterRead_doesNotProlongTheEntry() {
    near.fill("key").keep(null);
    now = millis(60);
    near.decoded("key", near.get("key"), 1);
    assertThat(near.get("key").decoded()).isEqualTo(1);
    now = millis(100);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void changed_anotherKeyDuringARead_keepsTheValue() {
    NearCache.Fill fill = near.fill("key");
    near.changed("another");
    fill.keep(1);
    assertThat(near.get("key")).isNotNull();
  }

  @Test
  void everythingChanged_removesEverything() {
    near.fill("key").keep(1);
    near.everythingChanged();
    assertThat(near.get("key")).isNull();
  }

  @Test
  void drop_kept_removesItWithoutCountingAnInvalidation() {
    AtomicInteger told = new AtomicInteger();
    onInvalidation = told::incrementAndGet;
    near.fill("key").keep(1);
    assertThat(near.get("key")).isNotNull();
    near.drop("key");
    assertThat(near.get("key")).isNull();
    assertThat(told).hasValue(0);
  }

  @Test
  void changed_isToldOnlyWhereAnEntryWasDropped() {
    AtomicInteger told = new AtomicInteger();
    onInvalidation = told::incrementAndGet;
    near.changed("key");
    near.fill("key").keep(null);
    near.drop("key");
    near.changed("key");
    assertThat(told).hasValue(0);
    near.fill("key").keep(null);
    near.changed("key");
    near.changed("key");
    assertThat(told).hasValue(1);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void fill_notTracked_keepsNothing() {
    tracked = false;
    NearCache.Fill fill = near.fill("key");
    assertThat(fill.isTracked()).isFalse();
    assertThat(fill.value()).isNull();
    fill.keep(null);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void fill_noValue_isTrackedButKeepsNothing() {
    value = null;
    NearCache.Fill fill = near.fill("key");
    assertThat(fill.isTracked()).isTrue();
    fill.keep(null);
    assertThat(near.get("key")).isNull();
  }

  @Test
  void close_leavesNoListenerAndNoEntry() {
    near.fill("key").keep(null);
    NearCache.Fill same = near.fill("key");
    NearCache.Fill other = near.fill("other");
    assertThat(source.listeners).containsExactly(near);
    near.close();
    same.keep(1);
    other.keep(null);
    assertThat(source.listeners).isEmpty();
    assertThat(near.get("key")).isNull();
    assertThat(near.get("other")).isNull();
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private final class Source extends FakeTracking {
    @Override
    public @Nullable Reading read(String key) {
      now += millis(readingTakes);
      return tracked ? reading(value, ttl, () -> live) : null;
    }
  }
}
