package org.pipservices3.redis.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.LockingTaskExecutor;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;

/** The provider passes ShedLock's own tests for providers that can extend, its fuzzer included. */
class RedisLockProviderIT extends AbstractExtensibleLockProviderIntegrationTest {
  private static TestServer server;

  private final RedisLock lock = new RedisLock();

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws ApplicationException {
    lock.configure(
        ConfigParams.fromTuples("connection.uri", server.uri(), "options.key_prefix", "job:"));
    lock.open(null);
  }

  @AfterEach
  void close() {
    lock.close(null);
  }

  @Override
  protected ExtensibleLockProvider getLockProvider() {
    return new RedisLockProvider(lock);
  }

  @Test
  void executeWithLock_secondProcess_skipsTheTask() throws ApplicationException {
    AtomicInteger runs = new AtomicInteger();
    executeTask(runs::incrementAndGet);
    executeTask(runs::incrementAndGet);

    assertThat(runs).hasValue(1);
    assertThat(server.millisToLive("job:report")).isBetween(1L, 30_000L);
    close(); // which releases leases
    assertUnlocked("report");
  }

  private void executeTask(Runnable task) {
    // shedlock:use
    LockProvider provider = new RedisLockProvider(lock);
    LockingTaskExecutor executor = new DefaultLockingTaskExecutor(provider);
    Duration atMost = Duration.ofMinutes(10);
    Duration atLeast = Duration.ofSeconds(30);
    executor.executeWithLock(
        task, new LockConfiguration(ClockProvider.now(), "report", atMost, atLeast));
    // end
  }

  /** Again if Redis took longer to answer than the 2 ms of this test's lock. */
  @Test
  @Override
  public void shouldNotBeAbleToExtendExpiredLock() {
    await().untilAsserted(super::shouldNotBeAbleToExtendExpiredLock);
  }

  @Override
  protected void assertUnlocked(String name) {
    assertThat(server.text("job:" + name)).isNull();
  }

  @Override
  protected void assertLocked(String name) {
    assertThat(server.text("job:" + name)).isNotNull();
  }
}
