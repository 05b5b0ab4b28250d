package org.pipservices3.redis.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads of loads that no caller waits for. */
@Timeout(30)
class BackgroundLoadsTest {
  private final BackgroundLoads background = new BackgroundLoads();
  private final CountDownLatch released = new CountDownLatch(1);
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final AtomicInteger interrupted = new AtomicInteger();

  @AfterEach
  void release() {
    released.countDown();
    background.close();
  }

  private void park() {
    threads.add(Thread.currentThread());
    try {
      released.await();
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
    }
  }

  private int fill() {
    int running = 0;
    while (background.tryRun(this::park)) {
      running++;
    }
    return running;
  }

  @Test
  void tryRun_moreThanThereMayBe_isRefusedUntilOneEnds() {
    int most = fill();
    assertThat(most).isIn(8, 256);
    await().until(() -> threads.size() == most);
    assertThat(threads).allMatch(Thread::isDaemon);
    assertThat(threads)
        .extracting(Thread::getName)
        .allMatch(name -> name.matches("redis-cache-load-\\d+"));
    assertThat(threads).extracting(Thread::getName).doesNotHaveDuplicates();
    released.countDown();
    await().until(() -> background.tryRun(() -> {}));
  }

  @Test
  void close_running_interruptsThemAndLeavesNone() {
    int running = fill();
    await().until(() -> threads.size() == running);
    background.close();
    assertThat(threads).noneMatch(Thread::isAlive);
    assertThat(interrupted).hasValue(running);
    assertThat(background.tryRun(() -> {})).isFalse();
  }
}
