package org.pipservices3.redis.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that is stopped, from elsewhere or from within. */
@Timeout(60)
class DaemonTest {
  private static final long LONG = TimeUnit.MINUTES.toMillis(10);

  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @Test
  void start_twice_worksOnceOnADaemonThreadOfThatName() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Daemon daemon =
        new Daemon(
            "redis-test",
            () -> {
              seen.add(Thread.currentThread());
              await(end);
            });
    daemon.start();
    daemon.start();
    Thread thread = (Thread) seen.take();

    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("redis-test");
    assertThat(daemon.isOpen()).isTrue();
    end.countDown();
    daemon.join();
    assertThat(seen).isEmpty();
  }

  @Test
  void stop_inAPause_endsIt() throws Exception {
    Daemon[] daemon = {null};
    daemon[0] = new Daemon("redis-test", () -> seen.add(daemon[0].pause(LONG)));
    daemon[0].start();

    daemon[0].stop();

    assertThat(seen.take()).isEqualTo(false);
    assertThat(daemon[0].isOpen()).isFalse();
    assertThat(daemon[0].pause(LONG)).isFalse();
  }

  @Test
  void pause_timeIsOver_isTrue() {
    assertThat(new Daemon("redis-test", () -> {}).pause(1)).isTrue();
  }

  /** It sleeps in something else than its pause. */
  @Test
  void stop_inItsWork_interruptsIt() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    Daemon daemon =
        new Daemon(
            "redis-test",
            () -> {
              started.countDown();
              seen.add(await(never) ? "ended" : "interrupted");
            });
    daemon.start();
    started.await();

    daemon.stop();

    assertThat(seen.take()).isEqualTo("interrupted");
  }

  @Test
  void stopAndJoin_byItsOwnWork_neitherInterruptsItNorWaits() throws Exception {
    Daemon[] daemon = {null};
    daemon[0] =
        new Daemon(
            "redis-test",
            () -> {
              daemon[0].stop();
              seen.add(Thread.interrupted());
              Thread.currentThread().interrupt();
              daemon[0].join();
              seen.add(Thread.interrupted());
            });
    daemon[0].start();

    assertThat(seen.take()).isEqualTo(false);
    assertThat(seen.take()).isEqualTo(true);
  }

  @Test
  void pauseAndJoin_callerIsInterrupted_endAndItStaysInterrupted() {
    CountDownLatch end = new CountDownLatch(1);
    Daemon daemon = new Daemon("redis-test", () -> await(end));
    daemon.start();

    Thread.currentThread().interrupt();
    assertThat(daemon.pause(LONG)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    daemon.join();
    assertThat(Thread.interrupted()).isTrue();
    end.countDown();
  }

  @Test
  void join_itEnds_waitsForThat() {
    CountDownLatch end = new CountDownLatch(1);
    Daemon daemon =
        new Daemon(
            "redis-test",
            () -> {
              await(end);
              seen.add(Thread.currentThread());
            });
    daemon.start();
    end.countDown();

    daemon.join();

    assertThat(seen).singleElement().matches(thread -> !((Thread) thread).isAlive());
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
