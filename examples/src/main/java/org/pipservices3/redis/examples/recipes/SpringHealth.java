package org.pipservices3.redis.examples.recipes;

import java.time.Duration;
import org.pipservices3.redis.RedisException;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * The health of Redis as the service sees it: up with the time of a round trip, or down with the
 * reason. A check takes as long as a command may: see the outages of docs/operations.md.
 */
public final class SpringHealth implements HealthIndicator {
  private final Runnable roundTrip;

  /**
   * Creates an indicator.
   *
   * @param roundTrip asks Redis for something, and throws if it gets no answer
   */
  public SpringHealth(Runnable roundTrip) {
    this.roundTrip = roundTrip;
  }

  @Override
  public Health health() {
    long begin = System.nanoTime();
    try {
      roundTrip.run();
    } catch (RedisException e) {
      return Health.down(e).build();
    }
    Duration time = Duration.ofNanos(System.nanoTime() - begin);
    return Health.up().withDetail("roundTripMillis", time.toNanos() / 1e6).build();
  }
}
