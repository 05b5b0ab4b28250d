package org.pipservices3.redis.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;

/**
 * The bytes of the Node module's values and locks, read and written here. Node itself is run by the
 * library's NodeInteropIT.
 */
class NodeKeysIT {
  private static final String NODE_TOKEN = "ffeeddccbbaa99887766554433221100";

  private final TestServer server = new TestServer();
  private final RedisCache cache = new RedisCache();
  private final RedisLock lock = new RedisLock();

  @BeforeEach
  void open() throws ApplicationException {
    ConfigParams config = ConfigParams.fromTuples("connection.uri", server.uri());
    cache.configure(config);
    cache.open(null);
    lock.configure(config);
    lock.open(null);
  }

  @AfterEach
  void close() {
    cache.close(null);
    lock.close(null);
    server.close();
  }

  @Test
  void retrieveAndStore_ofNodesValues_haveItsBytes() {
    server.set("order-17", "{\"id\":\"17\",\"total\":12}");

    // node:values
    Order order = cache.retrieveAs("123", "order-17", Order.class); // what Node has stored
    cache.store("123", "order-18", new Order("18", 30), 60_000); // what Node will retrieve
    // end

    assertThat(order).isEqualTo(new Order("17", 12));
    assertThat(server.text("order-18")).isEqualTo("{\"id\":\"18\",\"total\":30}");
  }

  @Test
  void tryAcquireLock_heldByNode_isRefusedAndOursHasItsForm() {
    server.set("job", NODE_TOKEN);
    assertThat(lock.tryAcquireLock(null, "job", 60_000)).isFalse();
    lock.releaseLock(null, "job");
    assertThat(server.text("job")).isEqualTo(NODE_TOKEN);

    assertThat(lock.tryAcquireLock(null, "ours", 60_000)).isTrue();
    assertThat(server.text("ours")).matches("[0-9a-f]{32}");
  }
}
