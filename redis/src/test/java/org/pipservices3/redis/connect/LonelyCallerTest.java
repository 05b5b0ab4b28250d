package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** Who looks for the reply before it sleeps, over a wire that answers at once. */
class LonelyCallerTest {
  private static final int LONG_ENOUGH = 40;

  private final ImmediateWire wire = new ImmediateWire();
  private final Combiner combiner = new Combiner(() -> wire, 1, 1_000);

  @BeforeEach
  void measure() {
    assumeTrue(Pace.LOOK_NANOS > 0, "needs two processors");
    combiner.verify();
  }

  @AfterEach
  void close() {
    combiner.close();
  }

  @Test
  void execute_aloneForAWhile_looksForItsReply() {
    repeat();

    assertThat(wire.look).isEqualTo(Pace.LOOK_NANOS);
  }

  @Test
  void execute_forALock_leavesTheProcessorToThoseItWakes() {
    repeat();

    combiner.execute(
        new Call(new CommandArguments(Command.PING), List.of(), /* wakesOthers= */ true));

    assertThat(wire.look).isZero();
  }

  private void repeat() {
    for (int i = 0; i < LONG_ENOUGH; i++) {
      combiner.execute(new Call(new CommandArguments(Command.PING)));
    }
  }

  private static final class ImmediateWire implements Link.Wire {
    private long look;

    @Override
    public void sendCommand(CommandArguments command) {}

    @Override
    public void flush() {}

    @Override
    public void look(long nanos, BooleanSupplier alone) {
      look = nanos;
    }

    @Override
    public @Nullable Object getUnflushedObject() {
      return null;
    }

    @Override
    public void drop() {}
  }
}
