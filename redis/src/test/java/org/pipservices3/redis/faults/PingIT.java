package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.TcpProxy;

/** A ping takes the way of every command, and fails where commands fail. */
class PingIT extends OnOwnServer {
  private RedisConnection connection;

  @BeforeEach
  void open() throws ApplicationException {
    connection = proxied.connection("options.command_timeout", 300, "options.retries", 1);
  }

  @Test
  void ping_farServer_takesItsRoundTrip() {
    proxy.delay(Duration.ofMillis(40));
    assertThat(connection.ping(null)).isGreaterThanOrEqualTo(Duration.ofMillis(40));
  }

  @Test
  void ping_idleConnectionsCut_isRetried() {
    connection.ping(null);
    proxy.cut();
    assertThat(connection.ping(null)).isPositive();
  }

  @Test
  void ping_serverWithoutAnswer_failsInTime() {
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);
    long start = System.nanoTime();
    ApplicationException error =
        assertFails(() -> connection.ping(TRACE), ConnectionException.class, "TIMEOUT");
    assertThat(error)
        .hasMessageContaining("PING")
        .hasMessageContaining("localhost:" + proxy.port());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void ping_closed_isNotOpened() {
    connection.close();
    assertFails(() -> connection.ping(TRACE), InvalidStateException.class, "NOT_OPENED");
  }
}
