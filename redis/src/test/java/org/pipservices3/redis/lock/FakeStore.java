package org.pipservices3.redis.lock;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;

/**
 * The lock's commands in memory, for tests of what the lock does with their answers: what Redis
 * itself answers is tested on real servers.
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

  /** What was sent at once. */
  record Batch(Object server, List<Ask> asks, int timeout) {}

  static final Event NOTHING = command -> {};

  volatile Event beforeRun = NOTHING;
  volatile Event beforeReply = NOTHING;
  volatile @Nullable String lastToken;
  volatile UnaryOperator<String> serverOf = key -> "server";
  volatile boolean retried;
  volatile int commandTimeout = 2_000;
  volatile Consumer<Batch> beforeBatch = batch -> {};
  final List<Batch> batches = new CopyOnWriteArrayList<>();

  /** How many of the next requests in batches belong to another server. */
  final AtomicInteger redirects = new AtomicInteger();

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

  static RedisException timedOut() {
    return new RedisException(new ConnectionException(null, "TIMEOUT", "late"));
  }

  /** What Redis answers, so that the command surely did not run. */
  static RedisException refused(String code) {
    return new RedisException(new InvocationException(null, code, "refused"));
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
  public Acquired acquire(@Nullable String correlationId, String key, String token, long ttl) {
    return set("acquire", key, token, ttl);
  }

  @Override
  public Acquired acquireFenced(
      @Nullable String correlationId, String key, String token, long ttl) {
    return set("acquireFenced", key, token, ttl);
  }

  @Override
  public Extended extend(@Nullable String correlationId, String key, String token, long ttl) {
    begin("extend", token);
    boolean ours;
    guard.lock();
    try {
      String holder = holder(key);
      ours = isSame(token, holder) && holder.compareTo(token) <= 0;
      if (ours) {
        put(key, token, ttl);
      }
    } finally {
      guard.unlock();
    }
    beforeReply.happen("extend");
    return new Extended(ours, retried);
  }

  @Override
  public long remaining(@Nullable String correlationId, String key) {
    guard.lock();
    try {
      Entry entry = entries.get(key);
      return entry == null ? -2 : TimeUnit.NANOSECONDS.toMillis(entry.deadline - clock.getAsLong());
    } finally {
      guard.unlock();
    }
  }

  @Override
  public boolean release(@Nullable String correlationId, String key, String token) {
    begin("release", token);
    boolean ours;
    guard.lock();
    try {
      String holder = holder(key);
      ours = isSame(token, holder);
      if (ours) {
        delete(key);
      }
    } finally {
      guard.unlock();
    }
    beforeReply.happen("release");
    return ours;
  }

  @Override
  public Object serverOf(String key) {
    return serverOf.apply(key);
  }

  @Override
  public int commandTimeout() {
    return commandTimeout;
  }

  @Override
  public List<Answer> askAll(Object server, List<Ask> asks, int timeout) {
    commands.merge("askAll", 1L, Long::sum);
    Batch batch = new Batch(server, asks, timeout);
    batches.add(batch);
    beforeBatch.accept(batch);
    return asks.stream().map(this::ask).toList();
  }

  private static boolean isSame(String token, @Nullable String holder) {
    return holder != null && holder.regionMatches(0, token, 0, 24);
  }

  private Answer ask(Ask ask) {
    if (redirects.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return new Answer(/* ours= */ false, /* failure= */ null, /* elsewhere= */ true);
    }
    try {
      return Answer.of(
          ask.isRelease()
              ? release(ask.correlationId(), ask.key(), ask.token())
              : extend(ask.correlationId(), ask.key(), ask.token(), ask.ttl()).ours());
    } catch (RedisException e) {
      return Answer.failed(e);
    }
  }

  private Acquired set(String command, String key, String token, long ttl) {
    begin(command, token);
    long fence = 0;
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
    return new Acquired(fence > 0, fence, retried);
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
