package org.pipservices3.redis.examples.recipes;

import java.time.Duration;
import java.util.function.Supplier;
import org.pipservices3.redis.RedisException;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * The health of Redis as the service sees it: up with the time of a round trip, or down with the
 * reason. A check takes as long as a command may: see the outages of docs/operations.md.
 */
public final class SpringHealth implements HealthIndicator {
  private final Supplier<Duration> ping;

  /**
   * Creates an indicator.
   *
   * @param ping asks Redis for something, and returns how long that took or throws
   */
  public SpringHealth(Supplier<Duration> ping) {
    this.ping = ping;
  }

  @Override
  public Health health() {
    try {
      return Health.up().withDetail("roundTripMillis", ping.get().toNanos() / 1e6).build();
    } catch (RedisException e) {
      return Health.down(e).build();
    }
  }
}
