package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.ICredentialStore;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.lock.RedisLock;

/** A password that is rotated while components are open: WRONGPASS until close and open. */
class RotatedPasswordIT {

  /** A store whose content changes, and which can hang. */
  private static final class Store implements ICredentialStore {
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile String password = "first";
    private volatile boolean failing;
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    @Override
    public void store(String correlationId, String key, CredentialParams credential) {}

    @Override
    public CredentialParams lookup(String correlationId, String key) {
      lookups.incrementAndGet();
      try {
        hanging.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
      if (failing) {
        throw new IllegalStateException("The store is out of order");
      }
      return CredentialParams.fromTuples("username", "bob", "password", password);
    }
  }

  private final Store store = new Store();
  private final RedisServer server = RedisServer.start();
  private final RawRedis raw = server.raw();
  private final RedisCache cache = new RedisCache();
  private final RedisLock lock = new RedisLock();

  @BeforeEach
  void addUser() {
    setPassword("first");
  }

  @AfterEach
  void stop() throws Exception {
    store.hanging.countDown();
    cache.close(null);
    lock.close(null);
    raw.close();
    server.close();
  }

  @Test
  void retrieve_passwordRotatedAndConnectionsLost_worksWithTheNewOne() throws Exception {
    openCache();
    cache.store(null, "key", 1, 60_000);
    rotate("second");
    assertThat(cache.retrieve(null, "key")).isEqualTo(1);
    rotate("third");
    assertThat(cache.store(null, "key", 2, 60_000)).isTrue();
  }

  @Test
  void retrieve_nearCacheAndRotation_isCoherentAgain() throws Exception {
    openCache("options.near_cache", true);
    cache.store(null, "key", 1, 60_000);
    cache.retrieve(null, "key");
    rotate("second");
    await()
        .atMost(10, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              assertThat(cache.retrieve(null, "key")).isEqualTo(1);
              assertThat(raw.trackers()).isNotEmpty();
            });
  }

  @Test
  void tryAcquireLock_passwordRotated_isGranted() throws Exception {
    lock.configure(config());
    lock.setReferences(references());
    lock.open(null);
    rotate("second");
    assertThat(lock.tryAcquireLock(null, "key", 10_000)).isTrue();
  }

  @Test
  void retrieve_storeHasTheOldPassword_failsWithoutAStormOfLookups() throws Exception {
    openCache();
    int before = store.lookups.get();
    setPassword("second");
    killBob();
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> cache.retrieve(null, "key"))
          .isInstanceOf(RedisException.class)
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContainingAny("first", "second");
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    assertThat(store.lookups.get() - before).isBetween(1, 6 + (int) seconds);
    store.password = "second";
    await()
        .atMost(5, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> cache.retrieve(null, "key") == null);
  }

  @Test
  void retrieve_storeFails_saysWrongpassAndWorksWhenItIsBack() throws Exception {
    openCache();
    store.failing = true;
    rotate("second");
    assertThatThrownBy(() -> cache.retrieve(null, "key")).hasMessageContaining("WRONGPASS");
    store.failing = false;
    await()
        .atMost(5, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> cache.retrieve(null, "key") == null);
  }

  @Test
  void retrieve_storeHangs_endsInTime() throws Exception {
    openCache("options.connect_timeout", 500);
    store.hanging = new CountDownLatch(1);
    rotate("second");
    long start = System.nanoTime();
    assertThatThrownBy(() -> cache.retrieve(null, "key")).hasMessageContaining("WRONGPASS");
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(4));
  }

  @Test
  void retrieve_manyThreadsAfterRotation_askOnceAndAllWork() throws Exception {
    openCache();
    int before = store.lookups.get();
    rotate("second");
    List<CompletableFuture<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(CompletableFuture.supplyAsync(() -> cache.retrieve(null, "key")));
    }
    for (CompletableFuture<Object> call : calls) {
      assertThat(call.get(10, TimeUnit.SECONDS)).isNull();
    }
    assertThat(store.lookups.get() - before).isEqualTo(1);
  }

  private void openCache(Object... options) throws Exception {
    cache.configure(config().override(ConfigParams.fromTuples(options)));
    cache.setReferences(references());
    cache.open(null);
  }

  private ConfigParams config() {
    return ConfigParams.fromTuples(
        "connection.host",
        "localhost",
        "connection.port",
        server.port(),
        "credential.store_key",
        "redis");
  }

  private References references() throws Exception {
    return References.fromTuples(
        new Descriptor("pip-services", "credential-store", "test", "default", "1.0"), store);
  }

  private void rotate(String password) {
    store.password = password;
    setPassword(password);
    killBob();
  }

  private void setPassword(String password) {
    raw.call("ACL", "SETUSER", "bob", "on", "resetpass", ">" + password, "~*", "&*", "+@all");
  }

  private void killBob() {
    raw.call("CLIENT", "KILL", "USER", "bob");
  }
}
