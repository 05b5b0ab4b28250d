package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** Who looks for the reply before it sleeps, over a wire that answers at once. */
class LonelyCallerTest {
  private static final int LONG_ENOUGH = 40;

  private final FakeWire wire = new FakeWire();
  private final Combiner combiner =
      new Combiner(
          () -> wire,
          new ConnectionValidity(() -> {}),
          1,
          1_000,
          new LatencyPolicy(1, Combiner.FEW),
          new ReplySizes());

  @BeforeEach
  void measure() {
    assumeTrue(LatencyPolicy.SPIN_NANOS > 0, "needs two processors");
    combiner.verify();
  }

  @AfterEach
  void close() {
    combiner.close();
  }

  @Test
  void execute_aloneForAWhile_looksForItsReply() {
    repeat();

    assertThat(wire.lastSpin).isEqualTo(LatencyPolicy.SPIN_NANOS);
  }

  @Test
  void execute_forALock_leavesTheProcessorToThoseItWakes() {
    repeat();

    combiner.execute(
        new Call(new CommandArguments(Command.PING), List.of(), /* wakesOthers= */ true));

    assertThat(wire.lastSpin).isZero();
  }

  private void repeat() {
    for (int i = 0; i < LONG_ENOUGH; i++) {
      combiner.execute(new Call(new CommandArguments(Command.PING)));
    }
  }
}
