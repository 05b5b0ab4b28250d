package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.ModelCheck;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The combiner in every order of steps that a model checker comes to try, on a server that adds up.
 *
 * <p>The sums tell everything: a caller who got another's reply, one of an earlier call, or whose
 * command ran twice or out of turn, would see a sum that no order of the calls explains. One who
 * was forgotten would sleep for ever, which the checker reports. Where links fail, or callers give
 * up, the outcome of a call is no longer certain: there every call must end, with its own echo or
 * an error, and leave the combiner fit for the next.
 *
 * <p>The clock stands still in the model, so waits end by a reply, or at once where the combiner is
 * given no time at all. A timed sleep may end there at any moment without reason: so a call that
 * nobody takes is seen, but not a caller who is merely not woken. Whether the wake-up itself comes
 * is seen on real threads, in {@code CombinerIT}.
 */
@Tag(ModelCheck.TAG)
class CombinerModelTest {
  private static final long FOR_EVER = 1_000_000;

  /** Made before, so that the driver's code is no part of the model. */
  private static final CommandArguments[] COMMANDS =
      IntStream.rangeClosed(0, 9)
          .mapToObj(number -> new CommandArguments(Command.INCRBY).add(number))
          .toArray(CommandArguments[]::new);

  @Test
  void execute_oneLink_isAsIfOneAfterTheOther() {
    model().sequentialSpecification(Sum.class).check(OneLink.class);
  }

  @Test
  void execute_threeCallers_isAsIfOneAfterTheOther() {
    model().threads(3).actorsPerThread(1).sequentialSpecification(Sum.class).check(OneLink.class);
  }

  @Test
  void execute_twoLinks_isAsIfOneAfterTheOther() {
    model().sequentialSpecification(Sum.class).check(TwoLinks.class);
  }

  @Test
  void execute_linksBreak_everyCallEndsWithItsOwnReplyOrAnError() {
    model().sequentialSpecification(Echo.class).check(BreakingLinks.class);
  }

  @Test
  void execute_callersGiveUp_everyCallEndsWithItsOwnReplyOrAnError() {
    model().sequentialSpecification(Echo.class).check(ImpatientCallers.class);
  }

  @Test
  void close_callsUnderWay_everyCallEnds() {
    model().sequentialSpecification(Echo.class).check(Closing.class);
  }

  @Test
  void checker_latestReplyFirst_isCaught() {
    ModelCheckingOptions three = model().threads(3).sequentialSpecification(Sum.class);
    assertThat(ModelCheck.violation(three, LatestReplyFirst.class))
        .contains("Invalid execution results");
  }

  @Test
  void checker_silentServer_isCaught() {
    ModelCheckingOptions model = model().sequentialSpecification(Sum.class);
    assertThat(ModelCheck.violation(model, SilentServer.class)).contains("hung");
  }

  private static ModelCheckingOptions model() {
    return ModelCheck.of(Server.class, ServerWire.class, Pace.class);
  }

  /** Adds up what it is sent, or sends it back. */
  private static final class Server {
    private final boolean adds;
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicBoolean breaks = new AtomicBoolean();

    Server(boolean adds) {
      this.adds = adds;
    }

    int run(int number) {
      int sum = total.addAndGet(number);
      return adds ? sum : number;
    }
  }

  /** One connection to the server, for one thread at a time. */
  private static class ServerWire implements Link.Wire {
    final Deque<Integer> replies = new ArrayDeque<>();
    private final Deque<Integer> written = new ArrayDeque<>();
    private final Server server;
    private volatile boolean dropped;

    ServerWire(Server server) {
      this.server = server;
    }

    @Override
    public void sendCommand(CommandArguments command) {
      written.add(Arrays.asList(COMMANDS).indexOf(command));
    }

    @Override
    public void flush() {
      while (!written.isEmpty()) {
        replies.add(server.run(written.remove()));
      }
    }

    @Override
    public void look(long nanos, BooleanSupplier alone) {}

    @Override
    public @Nullable Object getUnflushedObject() {
      if (dropped || server.breaks.getAndSet(false)) {
        throw new JedisConnectionException("broken");
      }
      return take();
    }

    int take() {
      return replies.remove();
    }

    @Override
    public void drop() {
      dropped = true;
    }
  }

  public static class OneLink {
    private final Combiner combiner;

    public OneLink() {
      this(1, ServerWire::new);
    }

    OneLink(int links, Function<Server, Link.Wire> opener) {
      Server server = new Server(/* adds= */ true);
      combiner = new Combiner(() -> opener.apply(server), links, FOR_EVER);
    }

    @Operation
    public int add(@Param(gen = IntGen.class, conf = "1:9") int number) {
      return (int) combiner.execute(new Call(COMMANDS[number]));
    }
  }

  public static final class TwoLinks extends OneLink {
    public TwoLinks() {
      super(2, ServerWire::new);
    }
  }

  public static final class LatestReplyFirst extends OneLink {
    public LatestReplyFirst() {
      super(
          1,
          server ->
              new ServerWire(server) {
                @Override
                int take() {
                  return replies.removeLast();
                }
              });
    }
  }

  public static final class SilentServer extends OneLink {
    public SilentServer() {
      super(
          1,
          server ->
              new ServerWire(server) {
                @Override
                public @Nullable Object getUnflushedObject() {
                  while (!replies.isEmpty()) {
                    LockSupport.park(this);
                  }
                  return super.getUnflushedObject();
                }
              });
    }
  }

  public static final class Sum {
    private int total;

    public int add(int number) {
      total += number;
      return total;
    }
  }

  /** Calls whose outcome may be uncertain; an error passes for the own reply. */
  public abstract static class UncertainCalls {
    final Server server = new Server(/* adds= */ false);
    final Combiner combiner;

    UncertainCalls(long patience) {
      combiner = new Combiner(() -> new ServerWire(server), 1, patience);
    }

    @Operation
    public int echo(@Param(gen = IntGen.class, conf = "1:9") int number) {
      try {
        return (int) combiner.execute(new Call(COMMANDS[number]));
      } catch (JedisConnectionException e) {
        return number;
      }
    }

    @Validate
    public void worksAfterwards() {
      server.breaks.set(false);
      Object reply = combiner.execute(new Call(COMMANDS[0]));
      if (!Integer.valueOf(0).equals(reply)) {
        throw new AssertionError("wrong reply " + reply);
      }
    }
  }

  public static final class BreakingLinks extends UncertainCalls {
    public BreakingLinks() {
      super(FOR_EVER);
    }

    @Operation
    public void breakLink() {
      server.breaks.set(true);
    }

    @Operation
    public void distrust() {
      combiner.distrustConnections();
    }
  }

  public static final class ImpatientCallers extends UncertainCalls {
    public ImpatientCallers() {
      super(0);
    }
  }

  public static final class Closing extends UncertainCalls {
    public Closing() {
      super(FOR_EVER);
    }

    @Operation
    public void close() {
      combiner.close();
    }

    @Override
    public void worksAfterwards() {}
  }

  public static final class Echo {
    public int echo(int number) {
      return number;
    }

    public void breakLink() {}

    public void distrust() {}

    public void close() {}
  }
}
