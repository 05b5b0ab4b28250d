package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.examples.recipes.FencedOrders;
import org.pipservices3.redis.examples.recipes.Order;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * The examples of docs/locks.md and docs/recipes/fencing.md: resources that refuse late writers.
 */
class FencingSnippetIT {
  private final TestServer server = new TestServer();
  private final RedisLock lock = new RedisLock();

  /** A resource that remembers the highest fencing token it has seen. */
  private static final class GuardedAccount {
    private long highest;
    private String content = "";

    synchronized boolean write(String text, long fencingToken) {
      if (fencingToken < highest) {
        return false;
      }
      highest = fencingToken;
      content = text;
      return true;
    }
  }

  @BeforeEach
  void open() throws ApplicationException {
    lock.configure(ConfigParams.fromTuples("connection.uri", server.uri()));
    lock.open("123");
  }

  @AfterEach
  void close() {
    lock.close("123");
    server.close();
  }

  @Test
  void write_afterTheLeaseEndedAndAnotherBegan_isRefused() throws Exception {
    GuardedAccount account = new GuardedAccount();
    Runnable stall = () -> await().until(() -> server.text("account") == null);

    // locks:fencing
    LockLease stalled = lock.tryLease("123", "account", Duration.ofSeconds(1)).orElseThrow();
    account.write("before the stall", stalled.fencingToken());
    stall.run(); // longer than the lease
    LockLease next = lock.lease("123", "account", Duration.ofSeconds(10), Duration.ofSeconds(10));
    account.write("by the next holder", next.fencingToken());
    boolean accepted = account.write("too late", stalled.fencingToken()); // false
    next.close();
    // end

    assertThat(accepted).isFalse();
    assertThat(account.content).isEqualTo("by the next holder");
    assertThat(stalled.isHeld()).isFalse();
  }

  @Test
  void update_ofARowByAStaleHolder_changesNothing() throws Exception {
    try (Connection database = DriverManager.getConnection("jdbc:h2:mem:orders")) {
      try (Statement statement = database.createStatement()) {
        statement.execute(
            "CREATE TABLE orders (id VARCHAR PRIMARY KEY, total INT, fence BIGINT NOT NULL)");
        statement.execute("INSERT INTO orders VALUES ('17', 0, 0)");
      }
      FencedOrders orders = new FencedOrders(database);
      LockLease stale = lock.tryLease(null, "order-17", Duration.ofMinutes(1)).orElseThrow();
      assertThat(orders.update(new Order("17", 1), stale.fencingToken())).isTrue();
      assertThat(orders.update(new Order("17", 2), stale.fencingToken())).isTrue();

      server.delete("order-17"); // as at the end of a stall
      LockLease next = lock.tryLease(null, "order-17", Duration.ofMinutes(1)).orElseThrow();
      assertThat(orders.update(new Order("17", 3), next.fencingToken())).isTrue();

      assertThat(stale.isHeld()).isTrue(); // as far as it knows
      assertThat(orders.update(new Order("17", 4), stale.fencingToken())).isFalse();
      assertThat(orders.total("17")).isEqualTo(3);
    }
  }
}
