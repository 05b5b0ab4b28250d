package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.NotFoundException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Threads;

/** A loader that throws, hangs, is interrupted or calls itself. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.pipservices3.redis.fixture.Targets#caches")
class LoaderFailuresContractIT extends OnLoads {
  private static final int CROWD = 64;

  /** A failure whose class has no usual constructor. */
  private static final class Peculiar extends RuntimeException {
    private static final long serialVersionUID = 1;

    Peculiar(int number, Object[] more) {
      super("peculiar " + number + more.length);
    }
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new IOException("disk"),
        new NotFoundException("trace", "NO_ORDER", "There is no such order"),
        new IllegalStateException("state"),
        new CancellationException("cancelled"),
        new AssertionError("error"),
        new StackOverflowError(),
        new Peculiar(1, new Object[0]));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void retrieveOrLoad_loaderThrows_arrivesAsItselfAndTheNextLoads(Throwable failure) {
    CacheLoader<String, Exception> throwing =
        (trace, asked) -> {
          throw sneaky(failure);
        };
    assertThat(
            catchThrowable(() -> cache.retrieveOrLoad(null, key, String.class, MINUTE, throwing)))
        .isSameAs(failure);
    assertThat(raw.exists(lease())).isFalse();
    assertNothingStored();
    assertThat(load(cache, "ABC")).isEqualTo("ABC");
    assertThat(count("load_failures")).isOne();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void retrieveOrLoad_crowdWhoseLoaderThrows_failsTogether(Throwable failure) throws Exception {
    CountDownLatch joined = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    CacheLoader<String, Exception> throwing =
        (trace, asked) -> {
          loads.incrementAndGet();
          Threads.awaitUninterruptibly(joined);
          throw sneaky(failure);
        };
    List<Background<Throwable>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(
          Background.call(
              () ->
                  catchThrowable(
                      () -> cache.retrieveOrLoad(null, key, String.class, MINUTE, throwing))));
    }
    for (Background<Throwable> each : crowd) {
      each.awaitSleep();
    }
    joined.countDown();
    int own = 0;
    for (Background<Throwable> each : crowd) {
      Throwable thrown = each.result();
      own += thrown == failure ? 1 : 0;
      if (failure instanceof Peculiar && thrown != failure) {
        assertThat(thrown).isInstanceOf(RedisException.class).hasMessageContaining("Peculiar");
        assertThat(thrown).hasRootCause(failure);
      } else {
        assertThat(thrown).isExactlyInstanceOf(failure.getClass()).hasMessage(failure.getMessage());
        assertThat(thrown == failure || thrown.getCause() == failure).isTrue();
      }
    }
    assertThat(loads).as("loads: nobody tries again behind the other").hasValue(1);
    assertThat(own).as("those who got the very instance").isOne();
  }

  @Test
  void retrieveOrLoad_loaderOfAnotherComponentThrows_isLoadedAtOnce() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    Background<Throwable> first =
        Background.call(
            () ->
                catchThrowable(
                    () ->
                        cache.retrieveOrLoad(
                            null,
                            key,
                            String.class,
                            MINUTE,
                            (trace, asked) -> {
                              begun.incrementAndGet();
                              Threads.awaitUninterruptibly(waiting);
                              throw new IOException("disk");
                            })));
    await().until(() -> begun.get() == 1);
    Background<String> second = Background.call(() -> load(other, "ABC"));
    second.awaitSleep();
    waiting.countDown();
    assertThat(first.result()).isInstanceOf(IOException.class);
    assertThat(second.result()).isEqualTo("ABC");
  }

  @Test
  void retrieveOrLoad_joinerInterrupted_leavesAtOnceWithItsFlagSet() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> owner = load(cache, loader);
    loader.awaitCalls(1);
    Background<Boolean> joiner =
        Background.call(
            () -> {
              Throwable thrown =
                  catchThrowable(
                      () -> cache.retrieveOrLoad(null, key, String.class, OPTIONS, loader));
              assertThat(thrown).isInstanceOf(RedisException.class);
              return Thread.interrupted();
            });
    joiner.awaitSleep();
    joiner.interrupt();
    assertThat(joiner.result()).as("its interrupted flag").isTrue();
    assertThat(owner.isDone()).isFalse();
    loader.release();
    assertThat(owner.result()).isEqualTo("ABC");
    assertStored("\"ABC\"");
  }

  @Test
  void retrieveOrLoad_waiterForAnotherComponentInterrupted_leavesAtOnceWithItsFlagSet()
      throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> first = load(other, loader);
    loader.awaitCalls(1);
    Background<Boolean> waiter =
        Background.call(
            () -> {
              Throwable thrown = catchThrowable(() -> load(cache, "wrong"));
              assertThat(thrown).isInstanceOf(RedisException.class);
              return Thread.interrupted();
            });
    waiter.awaitSleep();
    waiter.interrupt();
    assertThat(waiter.result()).as("its interrupted flag").isTrue();
    loader.release();
    assertThat(first.result()).isEqualTo("ABC");
  }

  /** Nobody gets another thread's interruption: a joiner takes over. */
  @Test
  void retrieveOrLoad_ownerInterrupted_getsItsOwnExceptionAndAJoinerLoads() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    CacheLoader<String, InterruptedException> loader =
        (trace, asked) -> {
          if (loads.incrementAndGet() == 1) {
            never.await();
          }
          return "ABC";
        };
    Background<Throwable> owner =
        Background.call(
            () ->
                catchThrowable(
                    () -> cache.retrieveOrLoad(null, key, String.class, OPTIONS, loader)));
    await().until(() -> loads.get() == 1);
    Background<String> joiner =
        Background.call(() -> cache.retrieveOrLoad(null, key, String.class, OPTIONS, loader));
    joiner.awaitSleep();
    owner.interrupt();
    assertThat(owner.result()).isExactlyInstanceOf(InterruptedException.class);
    assertThat(joiner.result()).isEqualTo("ABC");
    assertThat(loads).hasValue(2);
    assertStored("\"ABC\"");
  }

  @Test
  void retrieveOrLoad_sameKeyByItsOwnLoader_isRecursiveLoad() {
    assertFails(
        () ->
            cache.retrieveOrLoad(
                TRACE,
                key,
                String.class,
                MINUTE,
                (trace, asked) ->
                    cache.retrieveOrLoad(
                        trace, asked, String.class, MINUTE, (same, also) -> "wrong")),
        InvalidStateException.class,
        "RECURSIVE_LOAD");
    assertNothingStored();
    assertThat(load(cache, "ABC")).isEqualTo("ABC");
  }

  @Test
  void retrieveOrLoad_sameKeyThroughAnother_isRecursiveLoad() {
    String inner = key + "inner";
    assertFails(
        () ->
            cache.retrieveOrLoad(
                TRACE,
                key,
                String.class,
                MINUTE,
                (trace, asked) ->
                    cache.retrieveOrLoad(
                        trace, inner, String.class, MINUTE, (same, also) -> load(TRACE))),
        InvalidStateException.class,
        "RECURSIVE_LOAD");
    assertThat(raw.exists(inner)).isFalse();
  }

  /** Two loaders that need each other's value: one of them ends it. */
  @Test
  void retrieveOrLoad_cycleOfTwoThreads_endsWithinTheLoadTimeout() throws Exception {
    LoadOptions options = OPTIONS.loadTimeout(Duration.ofMillis(300));
    String one = key + "1";
    String two = key + "2";
    CountDownLatch both = new CountDownLatch(2);
    List<Background<Throwable>> calls = new ArrayList<>();
    for (List<String> pair : List.of(List.of(one, two), List.of(two, one))) {
      calls.add(
          Background.call(
              () ->
                  catchThrowable(
                      () ->
                          cache.retrieveOrLoad(
                              null,
                              pair.get(0),
                              String.class,
                              options,
                              (trace, asked) -> {
                                both.countDown();
                                Threads.awaitUninterruptibly(both);
                                return cache.retrieveOrLoad(
                                    trace,
                                    pair.get(1),
                                    String.class,
                                    options,
                                    (same, also) -> "inner");
                              }))));
    }
    long start = System.nanoTime();
    for (Background<Throwable> each : calls) {
      each.result();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void retrieveOrLoad_loaderHangs_joinersGetLoadTimeoutAndNewCallersLoad() throws Exception {
    LoadOptions options = OPTIONS.loadTimeout(Duration.ofSeconds(1));
    ParkedLoader<String> hung = new ParkedLoader<>("late");
    Background<String> owner = load(cache, options, hung);
    hung.awaitCalls(1);
    List<Background<Boolean>> joiners = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      joiners.add(
          Background.run(
              () ->
                  assertFails(
                      () -> cache.retrieveOrLoad(TRACE, key, String.class, options, hung),
                      ConflictException.class,
                      "LOAD_TIMEOUT")));
    }
    for (Background<Boolean> each : joiners) {
      assertThat(each.result()).isTrue();
    }
    assertThat(hung.calls()).isOne();
    assertThat(load(cache, "new")).isEqualTo("new");
    assertThat(load(other, "newer")).isEqualTo("new");
    hung.release();
    assertThat(owner.result()).isEqualTo("late");
    assertStored("\"new\"");
  }

  private String load(String trace) {
    return cache.retrieveOrLoad(trace, key, String.class, MINUTE, (same, also) -> "wrong");
  }

  /** Throws it where only exceptions are declared. */
  private static Exception sneaky(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (Exception) failure;
  }
}
