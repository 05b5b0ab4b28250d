package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that ends waits: there while it is needed, and no longer. */
@Timeout(60)
class OverdueTest {
  private final AtomicInteger sweeps = new AtomicInteger();
  private final Set<Thread> sweepers = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean idle = new AtomicBoolean();
  private final Overdue overdue = new Overdue(/* timeoutMillis= */ 16, idle::get, this::sweep);

  @AfterEach
  void close() {
    overdue.close();
  }

  @Test
  void watch_neverCalled_startsNothing() {
    overdue.close();
    assertThat(sweepers).isEmpty();
  }

  @Test
  void watch_whileBusy_sweepsAgainAndAgainOnOneThread() {
    overdue.watch();
    awaitSweeps(5);
    overdue.watch();
    awaitSweeps(5);
    assertThat(sweepers).singleElement().matches(Thread::isDaemon);
  }

  @Test
  void watch_thenIdle_endsTheThreadUntilTheNext() {
    overdue.watch();
    awaitSweeps(1);
    idle.set(true);
    awaitEnd();

    idle.set(false);
    overdue.watch();
    awaitSweeps(1);
    assertThat(sweepers).hasSize(2);
  }

  @Test
  void watch_idleNowAndThen_neverLeavesACallerAlone() {
    for (int i = 0; i < 2_000; i++) {
      idle.set(false);
      overdue.watch();
      awaitSweepOfSpinningCaller();
      idle.set(true);
    }
  }

  @Test
  void close_whileBusy_endsTheThread() {
    overdue.watch();
    awaitSweeps(1);
    overdue.close();
    awaitEnd();
  }

  @Test
  void watch_afterClose_leavesNoThread() {
    overdue.close();
    overdue.watch();
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
    await().until(() -> sweepers.stream().noneMatch(Thread::isAlive));
  }
}
