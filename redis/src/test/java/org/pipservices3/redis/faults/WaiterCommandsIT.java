package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;

/** How little waiting asks of the server, apart from one PING a second on a silent connection. */
@Timeout(120)
class WaiterCommandsIT extends OnOwnServer {

  private static final int CROWD = 500;

  @Test
  void acquireLock_heldForTenSeconds_asksFiveTimesWhetherOneWaitsOrFiveHundred() throws Exception {
    try (RedisServer crowded = RedisServer.start();
        RawRedis crowdedRaw = crowded.raw();
        Components crowdedComponents = new Components(Target.of(crowded))) {
      RedisLock lonely = components.lock();
      RedisLock popular = crowdedComponents.lock();
      awaitTrackers(1);
      eventually().until(() -> crowdedRaw.trackers().size() == 1);
      for (RawRedis each : List.of(raw, crowdedRaw)) {
        each.setIfAbsent(key, FOREIGN, MINUTE);
        each.call("CONFIG", "RESETSTAT");
      }
      Background<Boolean> one = hold(lonely);
      List<Background<Boolean>> many = new ArrayList<>();
      for (int i = 0; i < CROWD; i++) {
        many.add(hold(popular));
      }
      await()
          .during(Duration.ofSeconds(10))
          .atMost(Duration.ofSeconds(15))
          .until(() -> !one.isDone() && many.stream().noneMatch(Background::isDone));
      assertThat(commands(raw)).as("before the release: of one waiter").isBetween(2L, 4L);
      assertThat(commands(crowdedRaw)).as("before the release: of all").isBetween(2L, 4L);
      assertThat(raw.callsOf("ping")).isLessThan(20);
      raw.del(key);
      assertThat(one.result()).isTrue();
      assertThat(raw.callsOf("set") + raw.callsOf("pttl")).as("in all").isLessThanOrEqualTo(5);
      crowdedRaw.del(key);
      for (Background<Boolean> each : many) {
        assertThat(each.result()).isTrue();
      }
      assertThat(crowdedRaw.callsOf("set")).isLessThan(CROWD + 50);
      assertThat(crowdedRaw.callsOf("pttl")).isLessThan(50);
    }
  }

  @Test
  void acquireLock_hundredRenewalsByTheHolder_asksThirtyTimesAtMost() throws Exception {
    RedisLock lock = components.lock();
    awaitTrackers(1);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    raw.call("CONFIG", "RESETSTAT");
    Background<Boolean> waiter = Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
    awaitWatching(1);
    long start = System.nanoTime();
    for (int i = 1; i <= 100; i++) {
      raw.call("PEXPIRE", key, MINUTE);
      long next = start + TimeUnit.MILLISECONDS.toNanos(20L * i);
      while (System.nanoTime() - next < 0) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
    assertThat(waiter.isDone()).isFalse();
    long seconds = Math.max(2, since(start).toSeconds());
    assertThat(raw.callsOf("set") + raw.callsOf("pttl")).isLessThanOrEqualTo(15 * seconds);
    raw.del(key);
    long released = System.nanoTime();
    assertThat(waiter.result()).isTrue();
    assertThat(since(released)).isLessThan(Duration.ofSeconds(2));
  }

  private Background<Boolean> hold(RedisLock lock) {
    return Background.run(
        () -> {
          lock.acquireLock(null, key, MINUTE, MINUTE);
          lock.releaseLock(null, key);
        });
  }
}
