package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.redis.fixture.Background;
import redis.clients.jedis.RedisCredentials;

/** When a credential store is asked again, how often, and what becomes of its answer. */
@Timeout(60)
class CredentialsTest {
  private static final int LONG = 60_000;

  private final AtomicInteger lookups = new AtomicInteger();
  private final AtomicLong millis = new AtomicLong(1_000);
  private volatile @Nullable CredentialParams stored = entry("username", "bob", "password", "old");

  @Test
  void renew_storeHasAnotherPassword_isThatAtOnceAndAgain() {
    Credentials credentials = storing();
    for (String password : List.of("new", "newer")) {
      stored = entry("username", "bob", "password", password);
      assertThat(renew(credentials)).isTrue();
      assertIs(credentials, "bob", password);
    }
    assertThat(lookups).hasValue(2);
  }

  @Test
  void renew_refusedWereReplacedMeanwhile_doesNotAskTheStore() {
    Credentials credentials = storing();
    Object refused = credentials.current();
    stored = entry("password", "new");
    assertThat(credentials.renew(refused)).isTrue();
    assertThat(credentials.renew(refused)).isTrue();
    assertThat(lookups).hasValue(1);
  }

  @Test
  void renew_storeHasHalfOfThem_keepsTheOtherHalf() {
    Credentials credentials = storing();
    stored = entry("username", "", "password", "new");
    assertThat(renew(credentials)).isTrue();
    assertIs(credentials, "bob", "new");
    stored = entry("username", "alice");
    assertThat(renew(credentials)).isTrue();
    assertIs(credentials, "alice", "new");
  }

  @Test
  void renew_noStore_isFalse() {
    Credentials credentials = new Credentials("bob", "old", null, LONG, this::nanos);
    assertThat(renew(credentials)).isFalse();
    assertThat(credentials.renew(new Object())).isTrue();
  }

  /** A wrong password must not become a storm of lookups, nor be forgotten for long. */
  @Test
  void renew_storeHasTheSame_isAskedAfterPausesThatDoubleUpToASecond() {
    Credentials credentials = storing();
    for (int pause : new int[] {50, 100, 200, 400, 800, 1_000, 1_000}) {
      int before = lookups.get();
      assertThat(renew(credentials)).isFalse();
      assertThat(lookups).hasValue(before + 1);
      millis.addAndGet(pause - 1);
      assertThat(renew(credentials)).isFalse();
      assertThat(lookups).as("before %s ms are over", pause).hasValue(before + 1);
      millis.incrementAndGet();
    }
    stored = entry("password", "new");
    assertThat(renew(credentials)).isTrue();
    assertThat(renew(credentials)).isFalse();
    millis.addAndGet(50);
    stored = entry("password", "newer");
    assertThat(renew(credentials)).isTrue();
  }

  @Test
  void renew_storeCannotBeAsked_pausesAndIsAskedAgain() {
    Credentials credentials = storing();
    stored = null;
    assertThat(renew(credentials)).isFalse();
    assertThat(renew(credentials)).isFalse();
    assertThat(lookups).hasValue(1);
    millis.addAndGet(50);
    stored = entry("password", "new");
    assertThat(renew(credentials)).isTrue();
  }

  @Test
  void renew_lookupThrows_isFalseAndTheStoreIsAskedAgain() {
    Credentials credentials = new Credentials("bob", "old", this::throwing, LONG, this::nanos);
    for (int i = 1; i < 4; i++) {
      assertThat(renew(credentials)).isFalse();
      assertThat(lookups).hasValue(i);
      millis.addAndGet(1_000);
    }
    assertIs(credentials, "bob", "old");
  }

  /** A store that failed was asked for every connection. */
  @Test
  void renew_lookupThrows_isFalseAndTheStoreIsLeftAlone() {
    Credentials credentials = new Credentials("bob", "old", this::throwing, LONG, this::nanos);
    assertThat(renew(credentials)).isFalse();
    millis.addAndGet(49);
    assertThat(renew(credentials)).isFalse();
    assertThat(lookups).hasValue(1);
  }

  @Test
  void renew_manyRefusedAtOnce_askOnceAndAllGetTheAnswer() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    Credentials credentials =
        new Credentials("bob", "old", () -> waiting(answer), LONG, this::nanos);
    Object refused = credentials.current();
    stored = entry("password", "new");
    List<Background<Boolean>> callers =
        List.of(
            Background.call(() -> credentials.renew(refused)),
            Background.call(() -> credentials.renew(refused)),
            Background.call(() -> credentials.renew(refused)));
    for (Background<Boolean> caller : callers) {
      caller.awaitSleep();
    }
    answer.countDown();
    for (Background<Boolean> caller : callers) {
      assertThat(caller.result()).isTrue();
    }
    assertThat(lookups).hasValue(1);
  }

  /** A caller that was late to ask had the store asked for what was replaced already. */
  @Test
  void renew_replacedBetweenCheckAndLookup_doesNotAskAgain() {
    AtomicInteger reads = new AtomicInteger();
    Credentials[] credentials = new Credentials[1];
    Object[] refused = new Object[1];
    LongSupplier clock =
        () -> {
          if (reads.getAndIncrement() == 0) {
            assertThat(credentials[0].renew(refused[0])).isTrue();
            awaitLookupsEnd();
          }
          return nanos();
        };
    credentials[0] = new Credentials("bob", "old", this::lookUp, LONG, clock);
    refused[0] = credentials[0].current();
    stored = entry("password", "new");
    assertThat(credentials[0].renew(refused[0])).isTrue();
    assertThat(lookups).hasValue(1);
  }

  @Test
  void renew_storeHangs_endsInItsTimeWithTheLookupInterruptedAndAsksAgain() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Credentials credentials =
        new Credentials("bob", "old", () -> hanging(interrupted), 20, this::nanos);
    renewUntilAsked(credentials, 1);
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    renewUntilAsked(credentials, 2);
    awaitLookupsEnd();
  }

  @Test
  void renew_callerInterrupted_isFalseAndStaysInterrupted() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    Credentials credentials =
        new Credentials("bob", "old", () -> waiting(answer), LONG, this::nanos);
    Background<Boolean> caller = Background.call(() -> !renew(credentials) && Thread.interrupted());
    caller.awaitSleep();
    caller.interrupt();
    assertThat(caller.result()).isTrue();
    answer.countDown();
    awaitLookupsEnd();
  }

  @Test
  void mayGainPassword_isOnlyWithAStoreAndWithoutAPassword() {
    assertThat(storing().mayGainPassword()).isFalse();
    assertThat(new Credentials("bob", null, this::lookUp, LONG, this::nanos).mayGainPassword())
        .isTrue();
    assertThat(new Credentials("bob", null, null, LONG, this::nanos).mayGainPassword()).isFalse();
  }

  @Test
  void toString_ofWhatIsKnown_tellsNoPassword() {
    assertThat(storing().current().toString()).doesNotContain("old").doesNotContain("bob");
  }

  private Credentials storing() {
    return new Credentials("bob", "old", this::lookUp, LONG, this::nanos);
  }

  /** Renews what is refused, when the thread of the lookup before has ended. */
  private static boolean renew(Credentials credentials) {
    awaitLookupsEnd();
    return credentials.renew(credentials.current());
  }

  /** A busy machine may not have started the thread of a lookup before its time is over. */
  private void renewUntilAsked(Credentials credentials, int times) {
    while (lookups.get() < times) {
      assertThat(renew(credentials)).isFalse();
      millis.addAndGet(1_000);
    }
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(millis.get());
  }

  private @Nullable CredentialParams lookUp() {
    assertThat(Thread.currentThread().isDaemon()).isTrue();
    lookups.incrementAndGet();
    return stored;
  }

  private CredentialParams throwing() {
    lookups.incrementAndGet();
    throw new IllegalStateException("the store fails");
  }

  private @Nullable CredentialParams waiting(CountDownLatch answer) {
    lookups.incrementAndGet();
    try {
      answer.await();
    } catch (InterruptedException e) {
      return null;
    }
    return stored;
  }

  private @Nullable CredentialParams hanging(CountDownLatch interrupted) {
    lookups.incrementAndGet();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
    return null;
  }

  private static void awaitLookupsEnd() {
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(each -> each.getName().equals("redis-credential-lookup")));
  }

  private static CredentialParams entry(Object... tuples) {
    return CredentialParams.fromTuples(tuples);
  }

  private static void assertIs(Credentials credentials, String user, String password) {
    RedisCredentials now = credentials.get();
    assertThat(now.getUser()).isEqualTo(user);
    assertThat(now.getPassword()).isEqualTo(password.toCharArray());
  }
}
