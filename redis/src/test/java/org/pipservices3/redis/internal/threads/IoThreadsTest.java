package org.pipservices3.redis.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Threads;

/** Work is done, by few threads, and none of them stays. */
@Timeout(60)
class IoThreadsTest {
  private static final int MOST = 2;

  private final IoThreads threads = new IoThreads(MOST);
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    threads.close();
  }

  @Test
  void execute_moreWorkThanThreads_isDoneByNoMoreThanThat() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(5);
    CountDownLatch started = new CountDownLatch(MOST);
    for (int i = 0; i < 5; i++) {
      threads.execute(
          () -> {
            workers.add(Thread.currentThread());
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            started.countDown();
            awaitEnd();
            atOnce.decrementAndGet();
            done.countDown();
          });
    }
    assertThat(started.await(20, TimeUnit.SECONDS)).as("all threads work").isTrue();
    end.countDown();

    assertThat(done.await(20, TimeUnit.SECONDS)).as("all work is done").isTrue();
    assertThat(most).hasValue(MOST);
    assertThat(workers).hasSize(MOST).allMatch(Thread::isDaemon);
  }

  /** One that is stuck in a silent socket would hold up the other. */
  @Test
  void execute_twoAtOnce_neverWaitForEachOther() throws Exception {
    for (int i = 0; i < Scale.times(2_000, 50_000); i++) {
      CountDownLatch both = new CountDownLatch(2);
      CountDownLatch done = new CountDownLatch(2);
      for (int task = 0; task < 2; task++) {
        threads.execute(
            () -> {
              both.countDown();
              Threads.awaitUninterruptibly(both);
              done.countDown();
            });
      }
      assertThat(done.await(20, TimeUnit.SECONDS)).as("round %s", i).isTrue();
    }
  }

  @Test
  void execute_workThrows_theNextIsDoneOnAnotherThread() throws Exception {
    for (int i = 0; i < 2 * MOST; i++) {
      threads.execute(IoThreadsTest::fail);
    }

    CountDownLatch done = new CountDownLatch(1);
    threads.execute(done::countDown);

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void execute_workThrowsWhileMoreIsQueued_theRestIsDone() throws Exception {
    IoThreads one = new IoThreads(1);
    CountDownLatch done = new CountDownLatch(1);
    one.execute(
        () -> {
          awaitEnd();
          fail();
        });
    one.execute(done::countDown);
    end.countDown();

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    one.close();
  }

  /** Else none would ever be idle for long enough to end. */
  @Test
  void execute_twoAreIdle_theLatestIsWoken() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    List<Thread> order = new CopyOnWriteArrayList<>();
    for (CountDownLatch release : List.of(first, second)) {
      CountDownLatch started = new CountDownLatch(1);
      threads.execute(
          () -> {
            order.add(Thread.currentThread());
            started.countDown();
            Threads.awaitUninterruptibly(release);
          });
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
    }
    first.countDown();
    awaitIdle(order.get(0));
    second.countDown();
    awaitIdle(order.get(1));

    CountDownLatch done = new CountDownLatch(1);
    threads.execute(
        () -> {
          order.add(Thread.currentThread());
          done.countDown();
        });

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(order.get(2)).isSameAs(order.get(1));
  }

  @Test
  void execute_nothingForAWhile_threadsEndAndAreStartedAgain() throws Exception {
    for (int i = 0; i < 2; i++) {
      CountDownLatch done = new CountDownLatch(MOST);
      for (int task = 0; task < MOST; task++) {
        threads.execute(
            () -> {
              workers.add(Thread.currentThread());
              done.countDown();
              Threads.awaitUninterruptibly(done);
            });
      }
      assertThat(done.await(20, TimeUnit.SECONDS)).as("round %s", i).isTrue();
      if (i == 0) {
        awaitNoWorker(Duration.ofSeconds(20));
      }
    }
  }

  @Test
  void close_threadsAreIdle_endsThemAtOnce() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    threads.execute(
        () -> {
          workers.add(Thread.currentThread());
          done.countDown();
        });
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    awaitIdle(workers.iterator().next());

    threads.close();

    awaitNoWorker(Duration.ofSeconds(3));
  }

  @Test
  void close_workIsQueued_isDoneFirst() throws Exception {
    IoThreads one = new IoThreads(1);
    CountDownLatch done = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      one.execute(
          () -> {
            awaitEnd();
            done.countDown();
          });
    }
    one.close();
    end.countDown();

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private void awaitNoWorker(Duration atMost) {
    await().atMost(atMost).until(() -> workers.stream().noneMatch(Thread::isAlive));
  }

  private static void awaitIdle(Thread thread) {
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  private void awaitEnd() {
    Threads.awaitUninterruptibly(end);
  }

  private static void fail() {
    Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
    throw new IllegalStateException("unexpected");
  }
}
