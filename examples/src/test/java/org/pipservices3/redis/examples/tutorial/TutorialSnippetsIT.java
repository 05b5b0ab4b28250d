package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;

/** Runs the tutorial's code in the tutorial's order, and checks that it gives what it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TutorialSnippetsIT {
  private final TestServer server = new TestServer();
  private final ConfigParams address = ConfigParams.fromTuples("connection.uri", server.uri());

  @BeforeAll
  void serverIsUp() {
    assertThat(server.keys()).isEmpty();
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @Test
  void cacheSnippets_inOrder_giveWhatTheTutorialSays() throws Exception {
    assertThat(CacheSnippets.create().isOpen()).isFalse();
    RedisCache cache = new RedisCache();
    cache.configure(address);

    CacheSnippets.open(cache);
    assertThat(cache.isOpen()).isTrue();
    assertThat(CacheSnippets.store(cache)).isTrue();
    assertThat(server.text("key1")).isEqualTo("\"ABC\"");
    assertThat(CacheSnippets.retrieve(cache)).containsExactly("ABC", "ABC");
    assertThat(CacheSnippets.remove(cache)).containsExactly(1, 0);
    assertThat(server.keys()).doesNotContain("key1");
    CacheSnippets.close(cache);
    assertThat(cache.isOpen()).isFalse();
  }

  @Test
  void lockSnippets_inOrder_giveWhatTheTutorialSays() throws Exception {
    assertThat(LockSnippets.create().isOpen()).isFalse();
    RedisLock lock = new RedisLock();
    lock.configure(address);

    LockSnippets.open(lock);
    assertThat(LockSnippets.tryAcquire(lock)).isTrue();
    assertThat(LockSnippets.tryAcquire(lock)).isFalse();
    LockSnippets.release(lock);
    assertThat(LockSnippets.acquire(lock)).isTrue();
    assertThat(LockSnippets.acquire(lock)).isFalse();
    LockSnippets.release(lock);
    assertThat(server.keys()).doesNotContain("key1");
    LockSnippets.close(lock);
    assertThat(lock.isOpen()).isFalse();
  }

  @Test
  void lockExample_freeLock_runsTheTaskUnderIt() throws Exception {
    AtomicBoolean locked = new AtomicBoolean();

    LockSnippets.example(address, () -> locked.set(server.keys().contains("key1")));

    assertThat(locked).isTrue();
    assertThat(server.keys()).doesNotContain("key1");
  }
}
