package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Slots of a cluster move while components work. */
@Timeout(120)
class ClusterIT {
  private static final int MINUTE = 60_000;

  private static ClusterTopology cluster;

  private final String key = Keys.unique("cluster");
  private final int slot = ClusterTopology.slotOf(key);
  private final Components components = new Components(cluster.target(0, 1));
  private final RawRedis raw = cluster.raw();
  private final RedisServer from = cluster.masterOf(key);
  private final RedisServer to = cluster.otherThan(from);

  @BeforeAll
  static void startServers() {
    cluster = ClusterTopology.start().withoutFailover();
  }

  @AfterAll
  static void stopServers() {
    cluster.close();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    raw.close();
  }

  @Test
  void anyCall_slotMovesAgainAndAgain_neverFails() throws Exception {
    RedisCache cache = components.cache();
    RedisLock lock = components.lock();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong calls = new AtomicLong();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Background<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String own = "{" + key + "}" + i;
      workers.add(
          Background.run(
              () -> {
                while (!stop.get() && failures.isEmpty()) {
                  try {
                    assertThat(cache.store(null, own, own, MINUTE)).isTrue();
                    assertThat(cache.retrieve(null, own)).isEqualTo(own);
                    assertThat(cache.delete(null, List.of(own, own + "none", own + "x"))).isOne();
                    assertThat(lock.tryAcquireLock(null, own, MINUTE)).isTrue();
                    lock.releaseLock(null, own);
                    try (LockLease lease =
                        lock.lease(null, own, Duration.ofMinutes(1), Duration.ofSeconds(5))) {
                      assertThat(lease.extend(Duration.ofMinutes(2))).isTrue();
                    }
                    calls.incrementAndGet();
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                }
              }));
    }
    for (int i = 0; i < 6; i++) {
      long before = calls.get();
      await().until(() -> calls.get() > before + 20 || !failures.isEmpty());
      RedisServer owner = i % 2 == 0 ? from : to;
      cluster.move(slot, owner, i % 2 == 0 ? to : from);
    }
    stop.set(true);
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void anyCall_slotIsHalfMoved_isSentOnToTheNewOwner() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true);
    RedisLock lock = components.lock();
    String stays = "{" + key + "}stays";
    String goes = "{" + key + "}goes";
    cache.store(null, stays, 1, MINUTE);
    cluster.beginMove(slot, from, to);
    try {
      assertThat(cache.store(null, goes, 2, MINUTE)).isTrue();
      assertThat(cache.retrieve(null, goes)).isEqualTo(2);
      assertThat(cache.retrieve(null, stays)).isEqualTo(1);
      assertThat(cache.delete(null, List.of(stays, goes, goes + "none"))).isEqualTo(2);
      assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
      lock.releaseLock(null, key);
      try (RawRedis asked = to.raw()) {
        assertThat(asked.callsOf("asking")).isPositive();
      }
    } finally {
      cluster.moveKeys(slot, from, to);
      cluster.endMove(slot, from, to);
    }
    assertThat(cache.store(null, goes, 3, MINUTE)).isTrue();
    assertThat(cache.retrieve(null, goes)).isEqualTo(3);
    cluster.move(slot, to, from);
  }

  @Test
  void anyCall_slotIsHalfMovedAndAskingForbidden_saysSo() throws Exception {
    for (RedisServer each : cluster.servers()) {
      try (RawRedis one = each.raw()) {
        one.call("ACL", "SETUSER", "no-asking", "on", ">secret", "~*", "+@all", "-asking");
      }
    }
    RedisCache cache =
        components.cache("credential.username", "no-asking", "credential.password", "secret");
    cluster.beginMove(slot, from, to);
    try {
      ApplicationException error =
          assertFails(
              () -> cache.store(TRACE, key, 1, MINUTE), InvocationException.class, "NOPERM");
      assertThat(error.getMessage()).containsIgnoringCase("asking");
    } finally {
      cluster.endMove(slot, from, to);
    }
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    cluster.move(slot, to, from);
  }

  @Test
  void acquireLock_slotMovesWhileItWaits_isWokenByTheNewOwner() throws Exception {
    RedisLock lock = components.lock("options.retry_timeout", 50_000);
    raw.setIfAbsent(key, "00112233445566778899aabbccddeeff", MINUTE);
    Background<Boolean> waiter = Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
    waiter.awaitSleep();
    await().until(() -> raw.callsOf("pttl") > 0);
    cluster.move(slot, from, to);
    await().until(() -> watchersOf(to) > 0);
    try (RawRedis owner = to.raw()) {
      await().until(() -> owner.callsOf("pttl") > 0);
    }
    raw.del(key);
    await().atMost(Duration.ofSeconds(2)).until(waiter::isDone);
    assertThat(waiter.result()).isTrue();
    lock.releaseLock(null, key);
    cluster.move(slot, to, from);
  }

  @Test
  void nearEntry_slotMovesAndKeyChangesThere_isDropped() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true);
    cache.store(null, key, "old", MINUTE);
    awaitNearHit(cache);
    cluster.move(slot, from, to);
    raw.set(key, "\"new\"");
    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(cache.retrieve(null, key)).isEqualTo("new"));
    awaitNearHit(cache);
    raw.set(key, "\"newer\"");
    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(cache.retrieve(null, key)).isEqualTo("newer"));
    cluster.move(slot, to, from);
  }

  @Test
  void delete_keysOfAllSlots_countsThoseThatWereThere() throws Exception {
    RedisCache cache = components.cache();
    List<String> keys = new ArrayList<>(IntStream.range(0, 3_000).mapToObj(i -> key + i).toList());
    keys.forEach(each -> raw.setIfAbsent(each, 1, MINUTE));
    keys.addAll(IntStream.range(3_000, 3_500).mapToObj(i -> key + i).toList());
    Collections.shuffle(keys);
    assertThat(cache.delete(null, keys)).isEqualTo(3_000);
    assertThat(cache.delete(null, keys)).isZero();
  }

  @Test
  void fencingToken_oddKeys_countBesideTheKey() throws Exception {
    RedisLock lock = components.lock();
    for (String odd : List.of(key + "}b", "{}" + key, key + "{b", "{" + key + "}b", "}{" + key)) {
      long last = 0;
      for (int i = 0; i < 3; i++) {
        try (LockLease lease = lock.tryLease(null, odd, Duration.ofMinutes(1)).orElseThrow()) {
          assertThat(lease.fencingToken()).as(odd).isGreaterThan(last);
          last = lease.fencingToken();
        }
      }
    }
  }

  @Test
  void close_anyTime_leavesNoThreadAndNoClient() throws Exception {
    Set<Thread> before = Threads.now();
    Set<String> clients = new HashSet<>(raw.clientIds());
    RedisCache cache = components.cache("options.near_cache", true);
    RedisLock lock = components.lock();
    cache.store(null, key, 1, MINUTE);
    lock.tryAcquireLock(null, key + "lock", MINUTE);
    assertThat(Threads.startedSince(before))
        .extracting(Thread::getName)
        .contains("redis-cluster-watch");
    cache.close(null);
    lock.close(null);
    await()
        .untilAsserted(
            () -> {
              assertThat(Threads.startedSince(before))
                  .extracting(Thread::getName)
                  .noneMatch(name -> name.startsWith("redis-"));
              Set<String> now = new HashSet<>(raw.clientIds());
              now.removeAll(clients);
              assertThat(now).isEmpty();
            });
  }

  private void awaitNearHit(RedisCache cache) {
    long hits = components.counters().count("redis.cache.near_hits");
    await()
        .until(
            () -> {
              cache.retrieve(null, key);
              return components.counters().count("redis.cache.near_hits") > hits;
            });
  }

  private static long watchersOf(RedisServer server) {
    try (RawRedis raw = server.raw()) {
      return raw.trackers().size();
    }
  }
}
