package org.pipservices3.redis.proof;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.proof.Recorder.Recorded;
import org.pipservices3.redis.proof.Recorder.Result;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * What the threads of a {@link Hammer} do over and over, one pass of each per call.
 *
 * <p>Some keys change all the time, some in bursts and some hardly ever, since a copy that is stale
 * shows only until the next change.
 */
final class Chores {
  /** The keys on which what happens to one server of several must not show at the others. */
  static final Set<String> KEYS =
      Set.of(
          "lock-0", "lock-1", "lease-0", "lease-1", "long-0", "long-1", "long-2", "long-3",
          "value-0", "value-1", "value-2", "value-3", "burst-0", "burst-1", "burst-2", "burst-3");

  private static final int LOCK_TTL = 1_000;
  private static final int LONG_TTL = 60_000;
  private static final int LEASE_TTL = 1_500;
  private static final long PATIENCE = 3_000;

  private final RedisCache cache;
  private final RedisCache near;
  private final RedisLock lock;
  private final RawRedis guard;

  Chores(RedisCache cache, RedisCache near, RedisLock lock, RawRedis guard) {
    this.cache = cache;
    this.near = near;
    this.lock = lock;
    this.guard = guard;
  }

  /** Does all of it once, unrecorded: on a busy machine a JVM takes seconds to load its classes. */
  void warmUp(String key) throws Exception {
    cache.store(null, key, "value", 1);
    cache.remove(null, key);
    cache.retrieveOrLoad(null, key, String.class, 1, (id, missing) -> "loaded");
    near.retrieveOrLoad(null, key, String.class, 1, (id, missing) -> "loaded");
    near.retrieve(null, key);
    lock.acquireLock(null, key, LOCK_TTL, PATIENCE);
    lock.tryAcquireLock(null, key, LOCK_TTL);
    lock.releaseLock(null, key);
    try (LockLease lease = lock.lease(null, key, Duration.ofSeconds(1), Duration.ofSeconds(1))) {
      lease.keepAlive();
      guarded(key, lease.fencingToken());
    }
  }

  void write(Hand hand) {
    int number = hand.random.nextInt(900);
    if (number == 0) {
      hand.store(cache, "cold-" + hand.random.nextInt(4));
    } else if (number < 10) {
      String key = "burst-" + hand.random.nextInt(4);
      for (int i = 0; i < 6; i++) {
        hand.store(cache, key);
      }
    } else if (number < 50) {
      String key = "value-" + hand.random.nextInt(4);
      hand.recorded(
          Kind.REMOVE,
          key,
          "",
          0,
          () -> {
            cache.remove(null, key);
            return Result.ok("");
          });
    } else {
      hand.store(cache, "value-" + hand.random.nextInt(4));
    }
    hand.pause(10);
  }

  void read(Hand hand) {
    hand.retrieve(cache, Kind.READ, hand.anyValue());
    hand.pause(8);
  }

  void readNear(Hand hand) {
    if (hand.random.nextInt(200) == 0) {
      hand.store(near, hand.anyValue());
    }
    for (int i = 0; i < 4; i++) {
      hand.retrieve(near, Kind.NEAR_READ, hand.anyValue());
    }
    hand.pause(6);
  }

  void load(Hand hand) {
    String key = "load-" + hand.random.nextInt(4);
    RedisCache any = hand.random.nextBoolean() ? cache : near;
    if (hand.random.nextInt(8) == 0) {
      hand.recorded(
          Kind.REMOVE,
          key,
          "",
          0,
          () -> {
            any.remove(null, key);
            return Result.ok("");
          });
    } else {
      hand.load(any, any == near ? Kind.NEAR_LOAD : Kind.LOAD, key);
    }
    hand.pause(8);
  }

  void lock(Hand hand) {
    String key = "lock-" + hand.random.nextInt(2);
    Recorded grant =
        hand.random.nextBoolean()
            ? hand.recorded(
                Kind.TRY_LOCK,
                key,
                LOCK_TTL,
                0,
                () -> Result.okIf(lock.tryAcquireLock(null, key, LOCK_TTL), ""))
            : hand.recorded(
                Kind.ACQUIRE,
                key,
                LOCK_TTL,
                PATIENCE,
                () -> {
                  lock.acquireLock(null, key, LOCK_TTL, PATIENCE);
                  return Result.ok("");
                });
    if (grant.isOk()) {
      if (hand.random.nextInt(200) == 0) {
        hand.pauseAtLeast(LOCK_TTL);
      }
      hand.pause(8);
      releaseLock(hand, key, grant);
    }
    hand.pause(20);
  }

  void tryLong(Hand hand) {
    String key = "long-" + hand.random.nextInt(4);
    Recorded grant =
        hand.recorded(
            Kind.TRY_LOCK,
            key,
            LONG_TTL,
            0,
            () -> Result.okIf(lock.tryAcquireLock(null, key, LONG_TTL), ""));
    if (grant.isOk()) {
      hand.pause(4);
      releaseLock(hand, key, grant);
    }
    hand.pause(10);
  }

  void lease(Hand hand) {
    String key = "lease-" + hand.random.nextInt(2);
    Duration ttl = Duration.ofMillis(LEASE_TTL);
    LockLease[] leases = new LockLease[1];
    Recorded grant =
        hand.random.nextBoolean()
            ? hand.recorded(
                Kind.TRY_LEASE,
                key,
                LEASE_TTL,
                0,
                () -> {
                  leases[0] = lock.tryLease(null, key, ttl).orElse(null);
                  return granted(leases[0]);
                })
            : hand.recorded(
                Kind.LEASE,
                key,
                LEASE_TTL,
                PATIENCE,
                () -> {
                  leases[0] = lock.lease(null, key, ttl, Duration.ofMillis(PATIENCE));
                  return granted(leases[0]);
                });
    if (grant.isOk()) {
      hold(hand, key, grant.id(), leases[0]);
    }
    hand.pause(20);
  }

  private static Result granted(@Nullable LockLease lease) {
    return lease == null ? new Result(Outcome.REFUSED, "") : Result.ok(lease.fencingToken());
  }

  private void hold(Hand hand, String key, String id, LockLease lease) {
    lease.onLost(() -> hand.recorded(Kind.LOST, key, id, 0, () -> Result.ok("")));
    if (hand.random.nextInt(4) > 0) {
      hand.recorded(
          Kind.KEEP,
          key,
          id,
          0,
          () -> {
            lease.keepAlive();
            return Result.ok("");
          });
    }
    boolean isLong = hand.random.nextInt(12) == 0;
    long until =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(hand.random.nextInt(isLong ? 4_000 : 60));
    while (check(hand, key, id, lease) && System.nanoTime() - until < 0) {
      hand.recorded(Kind.GUARDED, key, id, 0, () -> guarded(key, lease.fencingToken()));
      check(hand, key, id, lease);
      hand.pause(isLong ? 40 : 10);
    }
    hand.recorded(Kind.RELEASE_LEASE, key, id, 0, () -> Result.okIf(lease.release(), ""));
  }

  /** Writes to the resource, which knows the greatest token and numbers what it accepts. */
  private Result guarded(String key, long token) {
    Object number =
        guard.call(
            "EVAL",
            """
            local last = redis.call('hget', KEYS[1], 'token')
            if last and tonumber(last) > tonumber(ARGV[1]) then return 0 end
            redis.call('hset', KEYS[1], 'token', ARGV[1])
            return redis.call('hincrby', KEYS[1], 'writes', 1)
            """,
            1,
            key,
            token);
    return Result.okIf(!Long.valueOf(0).equals(number), String.valueOf(number));
  }

  private void releaseLock(Hand hand, String key, Recorded grant) {
    hand.recorded(
        Kind.RELEASE,
        key,
        grant.id(),
        0,
        () -> {
          lock.releaseLock(null, key);
          return Result.ok("");
        });
  }

  private static boolean check(Hand hand, String key, String id, LockLease lease) {
    Recorder.Action action = () -> Result.ok(lease.remaining().toNanos());
    return !hand.recorded(Kind.CHECK, key, id, 0, action).result().text().equals("0");
  }
}
