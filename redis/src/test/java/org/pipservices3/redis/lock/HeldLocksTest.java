package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.FakeClock;

class HeldLocksTest {
  private static final long THREAD_A = 1;
  private static final long THREAD_B = 2;
  private static final Duration TTL = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final HeldLocks heldLocks = new HeldLocks(clock);

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

  /** A sweep that dropped it had the late release free what the other thread holds. */
  @Test
  void take_ownHasExpiredBeforeManyAdditions_stillReturnsOwn() {
    add("key", "expired", THREAD_A, TTL);
    clock.advance(TTL.plusMillis(1));
    for (int i = 0; i < 12_000; i++) {
      add("other-" + i, "token-" + i, THREAD_B, TTL);
    }
    add("key", "live", THREAD_B, TTL);
    assertThat(take("key", THREAD_A)).isEqualTo("expired");
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
    assertThat(heldLocks.left("key")).isEqualTo(TTL.toNanos());
    clock.advance(TTL);
    assertThat(heldLocks.left("key")).isZero();
    assertThat(heldLocks.left("none")).isZero();
  }

  @Test
  void add_manyThatExpire_keepsNoMoreThanTenThousand() {
    for (int i = 0; i < 100_000; i++) {
      add("key-" + i, "token-" + i, THREAD_A, Duration.ofMillis(1));
      clock.advance(Duration.ofMillis(1));
      assertThat(heldLocks.size()).isLessThanOrEqualTo(HeldLocks.MAX_EXPIRED + 1);
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
    assertThat(heldLocks.size()).isLessThanOrEqualTo(HeldLocks.MAX_EXPIRED + 1);
    assertThat(take("key", THREAD_A)).isEqualTo("token-29999");
  }

  /** The sweep forgot the newest: their threads' late releases freed what others held. */
  @Test
  void add_manyThatExpireWithinTheGrace_forgetsTheOldest() {
    for (int i = 0; i <= HeldLocks.MAX_EXPIRED + 1; i++) {
      add("key-" + i, "token-" + i, THREAD_A, Duration.ofMillis(1));
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(heldLocks.size()).isLessThanOrEqualTo(HeldLocks.MAX_EXPIRED);
    assertThat(take("key-0", THREAD_A)).isNull();
    assertThat(take("key-5000", THREAD_A)).isNull();
    assertThat(take("key-5010", THREAD_A)).isEqualTo("token-5010");
    assertThat(take("key-10000", THREAD_A)).isEqualTo("token-10000");
  }

  @Test
  void add_manyThatLive_keepsAll() {
    for (int i = 0; i < 30_000; i++) {
      add("key-" + i, "token-" + i, THREAD_A, TTL);
    }
    assertThat(heldLocks.size()).isEqualTo(30_000);
    for (int i = 0; i < 30_000; i++) {
      assertThat(take("key-" + i, THREAD_A)).isEqualTo("token-" + i);
    }
    assertThat(heldLocks.size()).isZero();
  }

  /**
   * A waiter that was promoted while the release was on its way saw that nobody held the key, asked
   * Redis in vain, and so cost it a command more.
   */
  @Test
  void take_untilRemoved_isStillHeldButNotTakenAgain() {
    add("key", "token", THREAD_A, TTL);
    HeldLock.Plain releasing = heldLocks.beginReleaseOfOwn("key", THREAD_A);
    assertThat(releasing).isNotNull();
    assertThat(heldLocks.left("key")).isEqualTo(TTL.toNanos());
    assertThat(heldLocks.beginReleaseOfOwn("key", THREAD_A)).isNull();
    assertThat(heldLocks.beginReleaseOfAny("key")).isNull();
    heldLocks.remove(releasing);
    assertThat(heldLocks.left("key")).isZero();
    assertThat(heldLocks.size()).isZero();
  }

  @Test
  void remove_holding_forgetsOnlyThatOne() {
    HeldLock.Plain first = add("key", "first", THREAD_A, TTL);
    add("key", "second", THREAD_A, TTL);
    heldLocks.remove(first);
    heldLocks.remove(first);
    assertThat(take("key", THREAD_A)).isEqualTo("second");
    assertThat(heldLocks.size()).isZero();
  }

  private HeldLock.Plain add(String key, String token, long thread, Duration ttl) {
    long deadline = clock.getAsLong() + ttl.toNanos();
    HeldLock.Plain plain = HeldLock.Plain.acquired(key, token, thread, ttl.toNanos(), deadline);
    heldLocks.add(plain);
    return plain;
  }

  private @Nullable String take(String key, long thread) {
    HeldLock.Plain own = heldLocks.beginReleaseOfOwn(key, thread);
    HeldLock.Plain taken = own == null ? heldLocks.beginReleaseOfAny(key) : own;
    if (taken == null) {
      return null;
    }
    heldLocks.remove(taken);
    return taken.token();
  }
}
