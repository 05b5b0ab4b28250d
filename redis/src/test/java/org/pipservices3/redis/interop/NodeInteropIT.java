package org.pipservices3.redis.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * A Java and a Node service on one Redis: each reads what the other writes and respects its locks.
 */
@Timeout(180)
class NodeInteropIT {

  private static final int MINUTE = 60_000;
  private static final String TOKEN = "ffeeddccbbaa99887766554433221100";

  private static NodeSibling node;

  private final String key = Keys.unique("interop");
  private final Components components = new Components(Target.of(RedisServer.shared()));
  private RedisCache cache;
  private RedisLock lock;

  @BeforeAll
  static void startNode() throws IOException {
    node = NodeSibling.on(RedisServer.shared().port());
  }

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
    lock = components.lock();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
  }

  @Test
  void retrieve_storedByNode_isRead() throws Exception {
    node.store(key, "{\"text\":\"Zażółć 🦊\",\"n\":1.5,\"list\":[1,null,true]}", MINUTE);
    assertThat(cache.retrieve(null, key))
        .isEqualTo(Map.of("text", "Zażółć 🦊", "n", 1.5, "list", Arrays.asList(1, null, true)));
  }

  @Test
  void retrieve_scalarsOfNode_areRead() throws Exception {
    node.store(key, "\"ABC\"", MINUTE);
    assertThat(cache.retrieve(null, key)).isEqualTo("ABC");
    node.store(key, "123", MINUTE);
    assertThat(cache.retrieve(null, key)).isEqualTo(123);
    node.store(key, "null", MINUTE);
    assertThat(cache.retrieve(null, key)).isNull();
  }

  @Test
  void store_anyValue_isReadByNode() throws Exception {
    cache.store(null, key, "ABC", MINUTE);
    assertThat(node.retrieve(key)).isEqualTo("\"ABC\"");
    cache.store(null, key, 123, MINUTE);
    assertThat(node.retrieve(key)).isEqualTo("123");
    cache.store(null, key, List.of("a\nb", Map.of("x", true)), MINUTE);
    assertThat(node.retrieve(key)).isEqualTo("[\"a\\nb\",{\"x\":true}]");
    cache.store(null, key, Instant.parse("2020-01-02T03:04:05.678Z"), MINUTE);
    assertThat(node.retrieve(key)).isEqualTo("\"2020-01-02T03:04:05.678Z\"");
    cache.store(null, key, null, MINUTE);
    assertThat(node.retrieve(key)).isEqualTo("null");
  }

  @Test
  void retrieveOrLoad_valueAndNull_areReadByNode() throws Exception {
    LoadOptions options = LoadOptions.defaults().nullTimeout(Duration.ofMinutes(1));
    cache.retrieveOrLoad(null, key, Object.class, options, (id, asked) -> Map.of("n", 1.5));
    assertThat(node.retrieve(key)).isEqualTo("{\"n\":1.5}");
    cache.remove(null, key);
    cache.retrieveOrLoad(null, key, Object.class, options, (id, asked) -> null);
    assertThat(node.retrieve(key)).isEqualTo("null");
    node.store(key, "{\"n\":2}", MINUTE);
    Object found = cache.retrieveOrLoad(null, key, Object.class, options, (id, asked) -> null);
    assertThat(found).isEqualTo(Map.of("n", 2));
  }

  @Test
  void remove_storedByNode_isGoneForBoth() throws Exception {
    node.store(key, "1", MINUTE);
    assertThat(cache.delete(null, key)).isOne();
    assertThat(node.retrieve(key)).isEqualTo("null");
  }

  @Test
  void tryAcquireLock_heldByNode_isRefusedUntilNodeReleases() throws Exception {
    assertThat(node.acquire(key, TOKEN, MINUTE)).isTrue();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    assertThat(lock.tryLease(null, key, Duration.ofMinutes(1))).isEmpty();
    lock.releaseLock(null, key);
    assertThat(node.release(key, TOKEN)).isTrue();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
  }

  @Test
  void tryAcquireLock_held_keepsNodeOutUntilReleased() throws Exception {
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(node.acquire(key, TOKEN, MINUTE)).isFalse();
    assertThat(node.release(key, TOKEN)).isFalse();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    assertThat(node.acquire(key, TOKEN, MINUTE)).isTrue();
  }

  @Test
  void lease_held_keepsNodeOutUntilClosed() throws Exception {
    try (LockLease lease = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow()) {
      assertThat(lease.isHeld()).isTrue();
      assertThat(node.acquire(key, TOKEN, MINUTE)).isFalse();
    }
    assertThat(node.acquire(key, TOKEN, MINUTE)).isTrue();
  }

  @Test
  void acquireLock_heldByNodeForAWhile_getsItAfterwards() throws Exception {
    assertThat(node.acquire(key, TOKEN, 500)).isTrue();
    lock.acquireLock(null, key, MINUTE, MINUTE);
    assertThat(node.acquire(key, TOKEN, MINUTE)).isFalse();
  }
}
