package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.Targets;

/** What a lock counts. */
class LockCountersIT {

  private static final int MINUTE = 60_000;

  private final String key = Keys.unique("counted");
  private final Components components = new Components(Targets.plain());
  private final RecordingCounters counters = components.counters();
  private final RawRedis raw = Targets.plain().raw();
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    raw.close();
  }

  @Test
  void anyAcquisition_successful_isCountedOnce() throws Exception {
    lock.tryAcquireLock(null, key + "1", MINUTE);
    lock.acquireLock(null, key + "2", MINUTE, 0);
    assertThat(lock.tryLease(null, key + "3", Duration.ofMinutes(1))).isPresent();
    lock.lease(null, key + "4", Duration.ofMinutes(1), Duration.ZERO);
    assertThat(lock.tryAcquireLock(null, key + "1", MINUTE)).isFalse();
    assertThat(counters.count("redis.lock.acquisitions")).isEqualTo(4);
    assertThat(counters.count("redis.lock.timeouts")).isZero();
    assertThat(counters.values("redis.lock.waits")).isEmpty();
  }

  @Test
  void acquireLock_hadToWait_isTimed() throws Exception {
    raw.setIfAbsent(key, "foreign", 200);
    lock.acquireLock(null, key, MINUTE, MINUTE);
    assertThat(counters.values("redis.lock.waits"))
        .singleElement()
        .satisfies(millis -> assertThat(millis).isBetween(50f, 20_000f));
    assertThat(counters.count("redis.lock.acquisitions")).isOne();
  }

  @Test
  void acquireLock_timedOut_isCounted() {
    raw.setIfAbsent(key, "foreign", MINUTE);
    assertFailsChecked(() -> lock.acquireLock(TRACE, key, MINUTE, 50), ConflictException.class);
    assertThat(counters.count("redis.lock.timeouts")).isOne();
    assertThat(counters.count("redis.lock.acquisitions")).isZero();
  }

  @Test
  void extend_lost_isCountedOnce() {
    LockLease lease = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow();
    raw.set(key, "foreign");
    assertThat(lease.extend(Duration.ofMinutes(1))).isFalse();
    lease.close();
    assertThat(counters.count("redis.lock.lost")).isOne();
    raw.del(key);
  }

  @Test
  void tryLease_refusedByRedis_isAnError() {
    raw.call("RPUSH", "{" + key + "}:fence", "a");
    assertFails(() -> lock.tryLease(TRACE, key, Duration.ofMinutes(1)), InvocationException.class);
    assertThat(counters.count("redis.lock.errors")).isOne();
    assertThat(counters.count("redis.lock.acquisitions")).isZero();
    raw.del("{" + key + "}:fence");
  }
}
