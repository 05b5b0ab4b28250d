package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HoldingsTest {
  private static final long THREAD_A = 1;
  private static final long THREAD_B = 2;
  private static final Duration TTL = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final Holdings holdings = new Holdings(clock);

  @Test
  void take_nothingHeld_returnsNull() {
    assertThat(take("key", THREAD_A)).isNull();
  }

  @Test
  void take_severalOfOwn_returnsNewestFirst() {
    add("key", "first", THREAD_A, TTL);
    add("key", "second", THREAD_A, TTL);
    add("key", "foreign", THREAD_B, TTL);
    assertThat(take("key", THREAD_A)).isEqualTo("second");
    assertThat(take("key", THREAD_A)).isEqualTo("first");
  }

  @Test
  void take_nothingOfOwn_returnsNewestLiveOfComponent() {
    add("key", "older", THREAD_A, TTL);
    add("key", "newer", THREAD_A, TTL);
    add("key", "expired", THREAD_A, Duration.ofMillis(1));
    clock.advance(Duration.ofMillis(1));
    assertThat(take("key", THREAD_B)).isEqualTo("newer");
  }

  @Test
  void take_ownHasExpiredAndAnotherThreadHolds_returnsOwn() {
    add("key", "expired", THREAD_A, TTL);
    clock.advance(TTL.plusMillis(1));
    add("key", "live", THREAD_B, TTL);
    assertThat(take("key", THREAD_A)).isEqualTo("expired");
    assertThat(take("key", THREAD_B)).isEqualTo("live");
  }

  @Test
  void take_graceOver_forgetsOwnRecord() {
    add("key", "expired", THREAD_A, TTL);
    clock.advance(TTL.plusMinutes(1).plusMillis(1));
    add("key", "live", THREAD_B, TTL);
    assertThat(take("key", THREAD_A)).isEqualTo("live");
  }

  @Test
  void take_graceOfLongTtl_isThatTtl() {
    add("key", "expired", THREAD_A, Duration.ofHours(1));
    clock.advance(Duration.ofHours(2));
    assertThat(take("key", THREAD_A)).isEqualTo("expired");
  }

  @Test
  void left_severalHoldings_isThatOfTheLongest() {
    add("key", "long", THREAD_A, TTL);
    add("key", "short", THREAD_A, Duration.ofSeconds(1));
    add("other", "longest", THREAD_A, TTL.plusSeconds(1));
    assertThat(holdings.left("key")).isEqualTo(TTL.toNanos());
    clock.advance(TTL);
    assertThat(holdings.left("key")).isZero();
    assertThat(holdings.left("none")).isZero();
  }

  @Test
  void add_manyThatExpire_keepsNoMoreThanTenThousand() {
    for (int i = 0; i < 100_000; i++) {
      add("key-" + i, "token-" + i, THREAD_A, Duration.ofMillis(1));
      clock.advance(Duration.ofMillis(1));
      assertThat(holdings.size()).isLessThanOrEqualTo(Holdings.MAX_EXPIRED + 1);
    }
    assertThat(take("key-0", THREAD_A)).isNull();
    assertThat(take("key-99998", THREAD_A)).isEqualTo("token-99998");
  }

  @Test
  void add_manyOfOneKeyThatExpire_keepsNoMoreThanTenThousand() {
    for (int i = 0; i < 30_000; i++) {
      add("key", "token-" + i, THREAD_A, Duration.ofMillis(1));
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(holdings.size()).isLessThanOrEqualTo(Holdings.MAX_EXPIRED + 1);
    assertThat(take("key", THREAD_A)).isEqualTo("token-29999");
  }

  @Test
  void add_manyThatLive_keepsAll() {
    for (int i = 0; i < 30_000; i++) {
      add("key-" + i, "token-" + i, THREAD_A, TTL);
    }
    assertThat(holdings.size()).isEqualTo(30_000);
    for (int i = 0; i < 30_000; i++) {
      assertThat(take("key-" + i, THREAD_A)).isEqualTo("token-" + i);
    }
    assertThat(holdings.size()).isZero();
  }

  /**
   * A waiter that was promoted while the release was on its way saw that nobody held the key, asked
   * Redis in vain, and so cost it a command more.
   */
  @Test
  void take_untilRemoved_isStillHeldButNotTakenAgain() {
    add("key", "token", THREAD_A, TTL);
    Holding.Leaving leaving = holdings.take("key", THREAD_A);
    assertThat(leaving).isNotNull();
    assertThat(holdings.left("key")).isEqualTo(TTL.toNanos());
    assertThat(holdings.take("key", THREAD_A)).isNull();
    holdings.remove(leaving);
    assertThat(holdings.left("key")).isZero();
    assertThat(holdings.size()).isZero();
  }

  @Test
  void remove_holding_forgetsOnlyThatOne() {
    Holding.Plain first = add("key", "first", THREAD_A, TTL);
    add("key", "second", THREAD_A, TTL);
    holdings.remove(first);
    holdings.remove(first);
    assertThat(take("key", THREAD_A)).isEqualTo("second");
    assertThat(holdings.size()).isZero();
  }

  private Holding.Plain add(String key, String token, long thread, Duration ttl) {
    long deadline = clock.getAsLong() + ttl.toNanos();
    Holding.Plain plain =
        new Holding.Plain(key, token, thread, ttl.toNanos(), deadline, /* inDoubt= */ false);
    holdings.add(plain);
    return plain;
  }

  private @Nullable String take(String key, long thread) {
    Holding.Leaving taken = holdings.take(key, thread);
    if (taken == null) {
      return null;
    }
    holdings.remove(taken);
    return taken.held().token();
  }
}
