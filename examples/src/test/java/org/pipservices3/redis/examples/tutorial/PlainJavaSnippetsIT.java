package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;

/** The code of README.md for a program without a container does what the page says. */
class PlainJavaSnippetsIT {
  @Test
  void share_cacheAndLock_useOneConnectionAndCloseItTogether() throws Exception {
    try (TestServer server = new TestServer()) {
      RedisCache cache = new RedisCache();
      RedisLock lock = new RedisLock();
      RedisConnection connection =
          PlainJavaSnippets.share(
              ConfigParams.fromTuples("connection.uri", server.uri()), cache, lock);

      cache.open("123");
      lock.open("123");
      assertThat(connection.isOpen()).isTrue();
      cache.store("123", "tea", 150, 60_000);
      assertThat(lock.tryAcquireLock("123", "tea-lock", 10_000)).isTrue();
      assertThat(server.text("tea")).isEqualTo("150");

      cache.close("123");
      assertThat(connection.isOpen()).isTrue();
      lock.releaseLock("123", "tea-lock");
      assertThat(server.keys()).containsExactly("tea");
      lock.close("123");
      assertThat(connection.isOpen()).isFalse();
      await().until(server::clients, clients -> clients == 0);
    }
  }
}
