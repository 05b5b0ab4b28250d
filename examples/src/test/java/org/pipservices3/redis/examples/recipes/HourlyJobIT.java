package org.pipservices3.redis.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;

class HourlyJobIT {
  private final TestServer server = new TestServer();
  private final AtomicInteger runs = new AtomicInteger();
  private final RedisLock here = new RedisLock();
  private final RedisLock there = new RedisLock();
  private final HourlyJob job = new HourlyJob(here, "report", runs::incrementAndGet);
  private final HourlyJob sameElsewhere = new HourlyJob(there, "report", runs::incrementAndGet);

  @BeforeEach
  void open() throws ApplicationException {
    open(here);
    open(there);
  }

  private void open(RedisLock lock) throws ApplicationException {
    lock.configure(ConfigParams.fromTuples("connection.uri", server.uri()));
    lock.open(null);
  }

  @AfterEach
  void close() {
    here.close(null);
    there.close(null);
    server.close();
  }

  @Test
  void runIfDue_byTwoProcesses_runsOnce() {
    assertThat(job.runIfDue()).isTrue();

    assertThat(job.runIfDue()).isFalse();
    assertThat(sameElsewhere.runIfDue()).isFalse();
    assertThat(runs).hasValue(1);
    assertThat(server.millisToLive("report")).isBetween(3_590_000L, 3_600_000L);
  }

  @Test
  void runIfDue_afterItsProcessHasEnded_waitsForTheHour() {
    job.runIfDue();
    here.close(null);
    assertThat(sameElsewhere.runIfDue()).isFalse();

    server.delete("report"); // as at the end of the hour
    assertThat(sameElsewhere.runIfDue()).isTrue();
    assertThat(runs).hasValue(2);
  }

  @Test
  void runIfDue_jobThrows_isNotRepeatedWithinTheHour() {
    HourlyJob broken =
        new HourlyJob(
            here,
            "report",
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(broken::runIfDue).hasMessage("broken");
    assertThat(sameElsewhere.runIfDue()).isFalse();
  }
}
