package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Threads;

/** The thread that ends waits: there while it is needed, and no longer. */
@Timeout(60)
class TimeoutWatchdogTest {
  private final Set<Thread> before = Threads.now();
  private final AtomicInteger sweeps = new AtomicInteger();
  private final Set<Thread> sweepers = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean idle = new AtomicBoolean();
  private final TimeoutWatchdog watchdog =
      new TimeoutWatchdog(/* timeoutMillis= */ 16, idle::get, this::sweep);

  @AfterEach
  void close() {
    watchdog.close();
  }

  @Test
  void watch_neverCalled_startsNothing() {
    watchdog.close();
    assertThat(sweepers).isEmpty();
  }

  @Test
  void watch_whileBusy_sweepsAgainAndAgainOnOneThread() {
    watchdog.watch();
    awaitSweeps(5);
    watchdog.watch();
    awaitSweeps(5);
    assertThat(sweepers).singleElement().matches(Thread::isDaemon);
  }

  @Test
  void watch_thenIdle_endsTheThreadUntilTheNext() {
    watchdog.watch();
    awaitSweeps(1);
    idle.set(true);
    awaitEnd();

    idle.set(false);
    watchdog.watch();
    awaitSweeps(1);
    assertThat(sweepers).hasSize(2);
  }

  @Test
  void watch_idleNowAndThen_neverLeavesACallerAlone() {
    for (int i = 0; i < 2_000; i++) {
      idle.set(false);
      watchdog.watch();
      awaitSweepOfSpinningCaller();
      idle.set(true);
    }
  }

  @Test
  void close_whileBusy_endsTheThread() {
    watchdog.watch();
    awaitSweeps(1);
    watchdog.close();
    awaitEnd();
  }

  @Test
  void watch_afterClose_leavesNoThread() {
    watchdog.close();
    watchdog.watch();
    awaitEnd();
  }

  private void sweep() {
    sweepers.add(Thread.currentThread());
    sweeps.incrementAndGet();
  }

  private void awaitSweeps(int more) {
    int enough = sweeps.get() + more;
    await().until(() -> sweeps.get() >= enough);
  }

  private void awaitSweepOfSpinningCaller() {
    int before = sweeps.get();
    while (sweeps.get() == before) {
      Thread.onSpinWait();
    }
  }

  private void awaitEnd() {
    await()
        .until(
            () ->
                Threads.startedSince(before).stream()
                    .noneMatch(thread -> thread.getName().equals("redis-deadlines")));
  }
}
