package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * TutorialController is the component that does the tutorial's steps, on the cache and the two
 * locks that its container refers it to.
 *
 * <p>Two lock components stand for two services: what one of them holds, the other is refused.
 */
final class TutorialController implements IReferenceable {
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

  void walkThrough(Account account, TutorialKeys keys)
      throws ApplicationException, InterruptedException {
    storeAndRetrieve(account, keys);
    removeValues(account, keys);
    excludeEachOther(account, keys.key("report"));
    holdLeases(account, keys.leaseKey("payout"));
  }

  private void storeAndRetrieve(Account account, TutorialKeys keys) {
    account.title("A cache keeps values in Redis, each for its time.");
    String greeting = keys.key("greeting");
    String visits = keys.key("visits");
    String prices = keys.key("prices");
    String order = keys.key("order");
    Order tea = new Order(7, List.of("tea", "milk"));

    account.step("store greeting \"Hello\"", true, cache.store(TRACE, greeting, "Hello", MINUTE));
    account.step("retrieve greeting", "Hello", cache.retrieve(TRACE, greeting));
    account.step("store visits 42", true, cache.store(TRACE, visits, 42, MINUTE));
    account.step("retrieve visits", 42, cache.retrieve(TRACE, visits));
    account.step(
        "store prices as a map", true, cache.store(TRACE, prices, Map.of("tea", 1.5), MINUTE));
    account.step("retrieve prices", Map.of("tea", 1.5), cache.retrieve(TRACE, prices));
    account.step("store order, a record", true, cache.store(TRACE, order, tea, MINUTE));
    account.step("retrieve order as a record", tea, cache.retrieveAs(TRACE, order, Order.class));
  }

  private void removeValues(Account account, TutorialKeys keys) {
    account.title("A value can be removed before its time.");
    String greeting = keys.key("greeting");
    String visits = keys.key("visits");

    account.step("delete greeting: how many were removed", 1, cache.delete(TRACE, greeting));
    account.step("delete greeting once more", 0, cache.delete(TRACE, greeting));
    cache.remove(TRACE, visits);
    account.step("remove visits, then retrieve it", null, cache.retrieve(TRACE, visits));
  }

  private void excludeEachOther(Account account, String key)
      throws ApplicationException, InterruptedException {
    account.title("A lock is held by one component at a time.");
    account.step("first tries to lock", true, first.tryAcquireLock(TRACE, key, TTL));
    account.step("second tries to lock", false, second.tryAcquireLock(TRACE, key, TTL));
    waitInVain(account, key);
    first.releaseLock(TRACE, key);
    account.note("first releases");
    second.acquireLock(TRACE, key, TTL, SHORT_WAIT);
    account.note("second locks");
    account.step("first tries to lock", false, first.tryAcquireLock(TRACE, key, TTL));
    first.releaseLock(TRACE, key);
    account.note("first releases, which it may not: the lock is not its own");
    account.step("first tries to lock", false, first.tryAcquireLock(TRACE, key, TTL));
    second.releaseLock(TRACE, key);
    account.note("second releases");
    account.step("first tries to lock", true, first.tryAcquireLock(TRACE, key, TTL));
    first.releaseLock(TRACE, key);
    account.note("first releases");
  }

  private void waitInVain(Account account, String key)
      throws ApplicationException, InterruptedException {
    String call = "second waits for it, " + SHORT_WAIT + " ms at most";
    long start = System.nanoTime();
    try {
      second.acquireLock(TRACE, key, TTL, SHORT_WAIT);
    } catch (ConflictException e) {
      long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
      account.step(call, e.getCode() + " after " + waited + " ms");
      account.require(e.getCode().equals("LOCK_TIMEOUT"), call + " should end in LOCK_TIMEOUT");
      account.require(waited >= SHORT_WAIT, call + " should wait that long");
      return;
    }
    throw new StepFailedException(call + " should not get a lock that first holds");
  }

  private void holdLeases(Account account, String key)
      throws ApplicationException, InterruptedException {
    account.title("A lease is a lock in the hand, with a number that grows: its fencing token.");
    Duration ttl = Duration.ofMillis(TTL);
    long token;
    try (LockLease lease = first.lease(TRACE, key, ttl, Duration.ofMillis(SHORT_WAIT))) {
      token = lease.fencingToken();
      account.step("first leases: its token", token);
      account.step("second tries to lease", false, second.tryLease(TRACE, key, ttl).isPresent());
      account.step("first still holds it", true, lease.isHeld());
      account.step("first extends it", true, lease.extend(ttl.multipliedBy(2)));
      account.note("first closes it");
    }
    try (LockLease lease = second.lease(TRACE, key, ttl, Duration.ofMillis(SHORT_WAIT))) {
      account.step("second leases: its token", lease.fencingToken());
      account.require(lease.fencingToken() > token, "A later lease should have a larger token");
      account.step("second releases it: it was still its own", true, lease.release());
    }
  }
}
