package org.pipservices3.redis.lock;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;

/**
 * The lock's four commands in memory, for tests of what the lock does with their answers: what
 * Redis itself answers is tested on real servers.
 *
 * <p>Safe for any number of threads. A test may have something happen before a command runs or
 * before its reply arrives; it may throw.
 */
final class FakeStore implements LockStore {
  private record Entry(String token, long deadline) {}

  /** Something that happens on the way of a command, named by its method. */
  interface Event {
    void happen(String command);
  }

  static final Event NOTHING = command -> {};

  volatile Event beforeRun = NOTHING;
  volatile Event beforeReply = NOTHING;
  volatile @Nullable String lastToken;

  private final LongSupplier clock;
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Long> fences = new HashMap<>();
  private final Map<String, Long> commands = new ConcurrentHashMap<>();

  FakeStore(LongSupplier clock) {
    this.clock = clock;
  }

  static RedisException unreachable() {
    return new RedisException(new ConnectionException(null, "NO_CONNECTION", "gone"));
  }

  /** How many commands of this kind were sent. */
  long count(String command) {
    return commands.getOrDefault(command, 0L);
  }

  /** The token under a key, or null. */
  @Nullable String holder(String key) {
    guard.lock();
    try {
      Entry entry = entries.get(key);
      return entry == null || entry.deadline - clock.getAsLong() <= 0 ? null : entry.token;
    } finally {
      guard.unlock();
    }
  }

  /** What a foreign client does with SET PX. */
  void put(String key, String token, long ttl) {
    guard.lock();
    try {
      entries.put(key, new Entry(token, deadline(ttl)));
    } finally {
      guard.unlock();
    }
  }

  /** What a foreign client does with DEL. */
  void delete(String key) {
    guard.lock();
    try {
      entries.remove(key);
    } finally {
      guard.unlock();
    }
  }

  @Override
  public boolean acquire(@Nullable String correlationId, String key, String token, long ttl) {
    return set("acquire", key, token, ttl) != null;
  }

  @Override
  public @Nullable Long acquireFenced(
      @Nullable String correlationId, String key, String token, long ttl) {
    return set("acquireFenced", key, token, ttl);
  }

  @Override
  public boolean extend(@Nullable String correlationId, String key, String token, long ttl) {
    begin("extend", token);
    boolean ours;
    guard.lock();
    try {
      ours = token.equals(holder(key));
      if (ours) {
        put(key, token, ttl);
      }
    } finally {
      guard.unlock();
    }
    beforeReply.happen("extend");
    return ours;
  }

  @Override
  public boolean release(@Nullable String correlationId, String key, String token) {
    begin("release", token);
    boolean ours;
    guard.lock();
    try {
      ours = token.equals(holder(key));
      if (ours) {
        delete(key);
      }
    } finally {
      guard.unlock();
    }
    beforeReply.happen("release");
    return ours;
  }

  private @Nullable Long set(String command, String key, String token, long ttl) {
    begin(command, token);
    Long fence = null;
    guard.lock();
    try {
      if (holder(key) == null) {
        put(key, token, ttl);
        fence = fences.merge(key, 1L, Long::sum);
      }
    } finally {
      guard.unlock();
    }
    beforeReply.happen(command);
    return fence;
  }

  private void begin(String command, String token) {
    commands.merge(command, 1L, Long::sum);
    lastToken = token;
    beforeRun.happen(command);
  }

  private long deadline(long ttl) {
    return clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(ttl);
  }
}
