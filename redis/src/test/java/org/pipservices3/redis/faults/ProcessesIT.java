package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.JavaProcess;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Locks between processes: one dies, one is stopped, and many want the same. */
@Timeout(180)
class ProcessesIT extends OnOwnServer {

  private static final Duration TTL = Duration.ofSeconds(2);

  @Test
  void lease_holderKilled_isGotWhenTheTtlIsOver() throws Exception {
    RedisLock lock = components.lock();
    try (JavaProcess holder =
        JavaProcess.start(WorkerMain.class, server.port(), "hold", key, TTL.toMillis())) {
      long fence = Long.parseLong(holder.expect("held"));
      Background<LockLease> waiter =
          Background.call(
              () -> lock.lease(null, key, Duration.ofMinutes(1), Duration.ofMinutes(1)));
      awaitWatching(1);
      holder.signal("KILL");
      long killed = System.nanoTime();
      LockLease lease = waiter.result();
      assertThat(since(killed)).isLessThan(TTL.plus(Duration.ofSeconds(2)));
      assertThat(lease.fencingToken()).isGreaterThan(fence);
      assertThat(lease.release()).isTrue();
    }
  }

  @Test
  void lease_holderStoppedPastItsLeaseAndContinued_knowsThatItIsLostAndCanDoNoHarm()
      throws Exception {
    RedisLock lock = components.lock();
    Resource resource = new Resource();
    try (JavaProcess holder =
        JavaProcess.start(WorkerMain.class, server.port(), "hold", key, TTL.toMillis())) {
      long fence = Long.parseLong(holder.expect("held"));
      assertThat(resource.write(fence)).isTrue();
      holder.signal("STOP");
      LockLease next = lock.lease(null, key, Duration.ofMinutes(1), Duration.ofSeconds(20));
      assertThat(resource.write(next.fencingToken())).isTrue();
      String token = raw.text(key);
      holder.say("");
      holder.signal("CONT");
      List<String> said = new ArrayList<>(List.of(holder.expect(""), holder.expect("")));
      assertThat(said).containsExactlyInAnyOrder("lost", "status false 0 false");
      assertThat(resource.write(fence)).as("a write by the one that was stopped").isFalse();
      await()
          .during(TTL.dividedBy(2))
          .atMost(Duration.ofSeconds(20))
          .until(() -> holder.isSilent() && token.equals(raw.text(key)));
      assertThat(next.isHeld()).isTrue();
      assertThat(next.release()).isTrue();
    }
  }

  @Test
  void acquireLock_fiveHundredWaitersInFourProcesses_allGetItAndNoneIsLost() throws Exception {
    raw.set(key + ":counter", 0);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    List<JavaProcess> workers = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        workers.add(JavaProcess.start(WorkerMain.class, server.port(), "count", key, 125));
      }
      for (JavaProcess worker : workers) {
        worker.expect("waiting");
      }
      raw.call("CONFIG", "RESETSTAT");
      raw.del(key);
      for (JavaProcess worker : workers) {
        worker.expect("done");
      }
    } finally {
      workers.forEach(JavaProcess::close);
    }
    assertThat(raw.text(key + ":counter")).isEqualTo("500");
    assertThat(raw.exists(key)).isFalse();
    long asked = raw.callsOf("set") - 500 + raw.callsOf("pttl");
    assertThat(asked).as("tries and looks of 500 acquisitions").isBetween(500L, 6_000L);
  }

  @Test
  void retrieve_processStoppedAndContinued_itsFirstReadIsNotStale() throws Exception {
    raw.set(key, 1);
    try (JavaProcess reader =
        JavaProcess.start(WorkerMain.class, server.port(), "read", key, 2_500)) {
      reader.expect("reading 1");
      AtomicLong reads = new AtomicLong();
      eventually() // until it reads near-cache entries, and the server hears nothing of it
          .pollInterval(Duration.ofMillis(100))
          .until(() -> reads.getAndSet(raw.callsOf("get")) == reads.get());
      reader.signal("STOP");
      long stopped = System.nanoTime();
      raw.set(key, 2);
      eventually().until(() -> since(stopped).compareTo(Duration.ofSeconds(3)) > 0);
      reader.signal("CONT");
      assertThat(reader.expect("read")).isEqualTo("2");
    }
  }

  /** A guarded resource: refuses a token that is lower than one it has seen. */
  private static final class Resource {
    private final AtomicLong highest = new AtomicLong();

    boolean write(long fence) {
      return highest.accumulateAndGet(fence, Math::max) == fence;
    }
  }
}
