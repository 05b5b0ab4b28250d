package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** The example of docs/locks.md: a resource that refuses late writers. */
class FencingSnippetIT {

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

  @Test
  void write_afterTheLeaseEndedAndAnotherBegan_isRefused() throws Exception {
    try (TestServer server = new TestServer()) {
      RedisLock lock = new RedisLock();
      lock.configure(ConfigParams.fromTuples("connection.uri", server.uri()));
      lock.open("123");
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
      lock.close("123");
    }
  }
}
