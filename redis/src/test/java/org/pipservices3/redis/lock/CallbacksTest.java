package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Threads;

/** Actions on losses that block, and losses that are logged all the same. */
@Timeout(60)
class CallbacksTest {
  private final Engine engine = new Engine(System::nanoTime, /* retryTimeout= */ 10);
  private final Callbacks callbacks =
      new Callbacks(
          engine.metrics,
          task -> daemon(task, "test-action"),
          task -> daemon(task, "test-report"),
          /* idleSeconds= */ 60);
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final AtomicInteger started = new AtomicInteger();

  @AfterEach
  void end() {
    blocked.countDown();
    callbacks.close();
    engine.close();
  }

  @Test
  void run_asManyAsMayRun_warnsOfNothing() {
    blockAll();
    assertThat(engine.logger.entries(LogLevel.Warn)).isEmpty();
  }

  @Test
  void run_moreThanMayRun_warnsOnceAndRunsThemLater() {
    blockAll();
    callbacks.run(started::incrementAndGet);
    callbacks.run(started::incrementAndGet);
    await().until(() -> !engine.logger.entries(LogLevel.Warn).isEmpty());
    assertThat(engine.logger.entries(LogLevel.Warn))
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.message())
                    .startsWith("redis.lock: 32 actions on the loss of leases run")
                    .contains("1 more wait"));
    assertThat(started).hasValue(Callbacks.MOST);
    blocked.countDown();
    await().until(() -> started.get() == Callbacks.MOST + 2);
  }

  @Test
  void run_actionsBlock_losesAreLoggedAndTheirActionsStartLater() {
    blockAll();
    AtomicInteger logged = new AtomicInteger();
    callbacks.run(logged::incrementAndGet, () -> callbacks.run(started::incrementAndGet));
    await().until(() -> logged.get() == 1);
    assertThat(started).hasValue(Callbacks.MOST);
    blocked.countDown();
    await().until(() -> started.get() == Callbacks.MOST + 1);
  }

  /** After 32 of them, every further one was taken for one that waits. */
  @Test
  void run_actionsThatThrow_countAsEnded() {
    for (int i = 0; i < 100; i++) {
      callbacks.run(
          () -> {
            started.incrementAndGet();
            throw new IllegalStateException("on purpose");
          });
      int count = i + 1;
      await().pollInterval(Duration.ofMillis(1)).until(() -> started.get() == count);
    }
    AtomicInteger logged = new AtomicInteger();
    callbacks.run(() -> logged.set(onReportThread() ? 2 : 1), () -> {});
    await().until(() -> logged.get() > 0);
    assertThat(logged).as("on a thread for actions").hasValue(1);
  }

  private void blockAll() {
    for (int i = 0; i < Callbacks.MOST; i++) {
      callbacks.run(
          () -> {
            started.incrementAndGet();
            Threads.awaitUninterruptibly(blocked);
          });
    }
    await().until(() -> started.get() == Callbacks.MOST);
  }

  private static boolean onReportThread() {
    return Thread.currentThread().getName().equals("test-report");
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((each, e) -> {});
    return thread;
  }
}
