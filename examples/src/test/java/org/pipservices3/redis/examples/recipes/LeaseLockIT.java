package org.pipservices3.redis.examples.recipes;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.lang.Thread.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;

@SuppressWarnings("LockNotBeforeTry") // the server of a failed test is gone anyway
class LeaseLockIT {
  private static final Duration TTL = Duration.ofSeconds(30);

  private final TestServer server = new TestServer();
  private final RedisLock here = new RedisLock();
  private final RedisLock there = new RedisLock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Lock lock = new LeaseLock(here, "account", TTL);
  private final Lock other = new LeaseLock(there, "account", TTL);

  @BeforeEach
  void open() throws ApplicationException {
    for (RedisLock each : List.of(here, there)) {
      each.configure(ConfigParams.fromTuples("connection.uri", server.uri()));
      each.open(null);
    }
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    here.close(null);
    there.close(null);
    server.close();
  }

  @Test
  void lock_ofTwoProcessesAndManyThreads_excludesAll() throws Exception {
    int[] counter = {0};
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Lock each = i % 2 == 0 ? lock : other;
      tasks.add(() -> add(each, counter));
    }

    for (Future<Void> task : threads.invokeAll(tasks)) {
      task.get();
    }
    assertThat(counter[0]).isEqualTo(8 * 25);
  }

  private static Void add(Lock lock, int[] counter) {
    for (int i = 0; i < 25; i++) {
      // lock-view:use
      lock.lock(); // or tryLock(10, SECONDS)
      try {
        counter[0]++;
      } finally {
        lock.unlock();
      }
      // end
    }
    return null;
  }

  @Test
  void tryLock_heldElsewhere_isFalseAtOnceAndAfterItsTime() throws Exception {
    other.lock();

    assertThat(lock.tryLock()).isFalse();
    assertThat(lock.tryLock(20, MILLISECONDS)).isFalse();
    assertThat(lock.tryLock(-1, SECONDS)).isFalse();
    other.unlock();
    assertThat(lock.tryLock(Long.MAX_VALUE, HOURS)).isTrue();
  }

  @Test
  void tryLock_byItsOwner_isRefusedAsNotReentrant() {
    lock.lock();

    assertThatThrownBy(lock::tryLock)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not reentrant");
    assertThatThrownBy(lock::lock).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unlock_byAnotherThread_isRefusedAndTheLockStays() {
    lock.lock();

    assertThatThrownBy(() -> threads.submit(lock::unlock).get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalMonitorStateException.class);
    assertThat(other.tryLock()).isFalse();
    lock.unlock();
    assertThat(server.text("account")).isNull();
  }

  @Test
  void unlock_afterTheLockWasLost_isReported() throws Exception {
    Lock brief = new LeaseLock(here, "brief", Duration.ofMillis(300));
    brief.lock();
    server.delete("brief");

    assertThatThrownBy(brief::unlock).isInstanceOf(IllegalMonitorStateException.class);
    assertThat(brief.tryLock()).isTrue();
  }

  @Test
  void lockInterruptibly_interruptedWaiter_endsAndLeavesNoLock() throws Exception {
    other.lock();
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread waiter =
        new Thread(() -> end.set(catchThrowable(lock::lockInterruptibly)), "waiting for account");
    waiter.start();
    await().until(() -> waiter.getState() == State.TIMED_WAITING);

    waiter.interrupt();
    waiter.join();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    other.unlock();
    assertThat(server.text("account")).isNull();
  }

  @Test
  void lock_interruptedWaiter_acquiresAndStaysInterrupted() throws Exception {
    other.lock();
    Future<Boolean> waiter =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              lock.lock();
              boolean interrupted = Thread.interrupted();
              lock.unlock();
              return interrupted;
            });

    other.unlock();
    assertThat(waiter.get(10, SECONDS)).isTrue();
  }

  @Test
  void lock_longerThanItsTtl_isRenewed() {
    Lock brief = new LeaseLock(here, "brief", Duration.ofMillis(200));
    brief.lock();
    long begin = System.nanoTime();

    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> System.nanoTime() - begin > SECONDS.toNanos(1));
    assertThat(server.text("brief")).isNotNull();
    brief.unlock();
  }

  @Test
  void newCondition_always_isUnsupported() {
    assertThatThrownBy(lock::newCondition).isInstanceOf(UnsupportedOperationException.class);
  }
}
