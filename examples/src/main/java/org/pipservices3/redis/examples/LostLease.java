package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * LostLease shows that a holder is told when its lock is gone: a lease renews itself for longer
 * than its time to live, until somebody removes its key from Redis.
 */
final class LostLease implements Step {
  private static final String TRACE = "lost-lease";
  private static final Duration TTL = Duration.ofSeconds(1);
  private static final long PATIENCE = 10;

  private RedisCache cache = new RedisCache();
  private RedisLock first = new RedisLock();
  private RedisLock second = new RedisLock();

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    cache = references.getOneRequired(RedisCache.class, Descriptors.CACHE);
    first = references.getOneRequired(RedisLock.class, Descriptors.FIRST_LOCK);
    second = references.getOneRequired(RedisLock.class, Descriptors.SECOND_LOCK);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) throws Exception {
    printer.title(
        "A lease renews itself, and tells its holder when it is lost all the same.", this);
    String key = keys.leaseKey("billing");
    CountDownLatch lost = new CountDownLatch(1);

    try (LockLease lease = first.tryLease(TRACE, key, TTL).orElseThrow()) {
      lease.keepAlive().onLost(lost::countDown);
      boolean early = lost.await(2 * TTL.toMillis(), TimeUnit.MILLISECONDS);
      printer.step("it is held after twice its time to live", true, !early && lease.isHeld());

      printer.step("somebody removes its key", 1, cache.delete(TRACE, key));
      long start = System.nanoTime();
      boolean told = lost.await(PATIENCE, TimeUnit.SECONDS);
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      printer.step("its holder is told", told ? "after " + millis + " ms" : "never");
      printer.require(told, "The action of onLost should have run");

      printer.step("it is held now", false, lease.isHeld());
      printer.step("second tries to lock", true, second.tryAcquireLock(TRACE, key, 1000));
      printer.step("first extends its lease", false, lease.extend(TTL));
    }
    second.releaseLock(TRACE, key);
  }
}
