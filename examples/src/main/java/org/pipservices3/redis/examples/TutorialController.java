package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * TutorialController is the component that does the tutorial's steps, on the cache and the two
 * locks that its container refers it to.
 *
 * <p>Two lock components represent two services: a lock that one holds is refused to the other.
 */
final class TutorialController implements Step {
  private static final String TRACE = "tutorial";
  private static final long MINUTE = 60_000;
  private static final int TTL = 10_000;
  private static final long SHORT_WAIT = 300;

  private RedisCache cache = new RedisCache();
  private RedisLock first = new RedisLock();
  private RedisLock second = new RedisLock();

  /** An order, as an example of a value that has a type of its own. */
  record Order(int number, List<String> items) {}

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    cache = references.getOneRequired(RedisCache.class, Descriptors.CACHE);
    first = references.getOneRequired(RedisLock.class, Descriptors.FIRST_LOCK);
    second = references.getOneRequired(RedisLock.class, Descriptors.SECOND_LOCK);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server)
      throws ApplicationException, InterruptedException {
    storeAndRetrieve(printer, keys);
    removeValues(printer, keys);
    excludeEachOther(printer, keys.key("report"));
    holdLeases(printer, keys.leaseKey("payout"));
  }

  private void storeAndRetrieve(StepPrinter printer, TutorialKeys keys) {
    printer.title("A cache keeps values in Redis, each for its time.", this);
    String greeting = keys.key("greeting");
    String visits = keys.key("visits");
    String prices = keys.key("prices");
    String order = keys.key("order");
    Order tea = new Order(7, List.of("tea", "milk"));

    printer.step("store greeting \"Hello\"", true, cache.store(TRACE, greeting, "Hello", MINUTE));
    printer.step("retrieve greeting", "Hello", cache.retrieve(TRACE, greeting));
    printer.step("store visits 42", true, cache.store(TRACE, visits, 42, MINUTE));
    printer.step("retrieve visits", 42, cache.retrieve(TRACE, visits));
    printer.step(
        "store prices as a map", true, cache.store(TRACE, prices, Map.of("tea", 1.5), MINUTE));
    printer.step("retrieve prices", Map.of("tea", 1.5), cache.retrieve(TRACE, prices));
    printer.step("store order, a record", true, cache.store(TRACE, order, tea, MINUTE));
    printer.step("retrieve order as a record", tea, cache.retrieveAs(TRACE, order, Order.class));
  }

  private void removeValues(StepPrinter printer, TutorialKeys keys) {
    printer.title("A value can be removed before its time.", this);
    String greeting = keys.key("greeting");
    String visits = keys.key("visits");

    printer.step("delete greeting: how many were removed", 1, cache.delete(TRACE, greeting));
    printer.step("delete greeting once more", 0, cache.delete(TRACE, greeting));
    cache.remove(TRACE, visits);
    printer.step("remove visits, then retrieve it", null, cache.retrieve(TRACE, visits));
  }

  private void excludeEachOther(StepPrinter printer, String key)
      throws ApplicationException, InterruptedException {
    printer.title("A lock is held by one component at a time.", this);
    printer.step("first tries to lock", true, first.tryAcquireLock(TRACE, key, TTL));
    printer.step("second tries to lock", false, second.tryAcquireLock(TRACE, key, TTL));
    waitInVain(printer, key);
    first.releaseLock(TRACE, key);
    printer.note("first releases");
    second.acquireLock(TRACE, key, TTL, SHORT_WAIT);
    printer.note("second locks");
    printer.step("first tries to lock", false, first.tryAcquireLock(TRACE, key, TTL));
    first.releaseLock(TRACE, key);
    printer.note("first releases, which it may not: the lock is not its own");
    printer.step("first tries to lock", false, first.tryAcquireLock(TRACE, key, TTL));
    second.releaseLock(TRACE, key);
    printer.note("second releases");
    printer.step("first tries to lock", true, first.tryAcquireLock(TRACE, key, TTL));
    first.releaseLock(TRACE, key);
    printer.note("first releases");
  }

  private void waitInVain(StepPrinter printer, String key)
      throws ApplicationException, InterruptedException {
    String call = "second waits for it, " + SHORT_WAIT + " ms at most";
    long start = System.nanoTime();
    try {
      second.acquireLock(TRACE, key, TTL, SHORT_WAIT);
    } catch (ConflictException e) {
      long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
      printer.step(call, e.getCode() + " after " + waited + " ms");
      printer.require(e.getCode().equals("LOCK_TIMEOUT"), call + " should end in LOCK_TIMEOUT");
      printer.require(waited >= SHORT_WAIT, call + " should wait that long");
      return;
    }
    throw new StepFailedException(call + " should not get a lock that first holds");
  }

  private void holdLeases(StepPrinter printer, String key)
      throws ApplicationException, InterruptedException {
    printer.title(
        "A lease is a lock with a handle and a fencing token, a number that rises.", this);
    Duration ttl = Duration.ofMillis(TTL);
    long token;
    try (LockLease lease = first.lease(TRACE, key, ttl, Duration.ofMillis(SHORT_WAIT))) {
      token = lease.fencingToken();
      printer.step("first leases: its token", token);
      printer.step("second tries to lease", false, second.tryLease(TRACE, key, ttl).isPresent());
      printer.step("first still holds it", true, lease.isHeld());
      printer.step("first extends it", true, lease.extend(ttl.multipliedBy(2)));
      printer.note("first closes it");
    }
    try (LockLease lease = second.lease(TRACE, key, ttl, Duration.ofMillis(SHORT_WAIT))) {
      printer.step("second leases: its token", lease.fencingToken());
      printer.require(lease.fencingToken() > token, "A later lease should have a larger token");
      printer.step("second releases it: it was still its own", true, lease.release());
    }
  }
}
