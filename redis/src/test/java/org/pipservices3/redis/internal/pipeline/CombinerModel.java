package org.pipservices3.redis.internal.pipeline;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.fixture.ModelCheck;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A combiner on a server that adds up or echoes numbers, as small as a model checker needs it.
 *
 * <p>A new thread takes the place of an I/O thread, so that the checker knows it: the real ones
 * wait for work by the clock.
 *
 * <p>The clock stands still in the model, so waits end by a reply, or at once where the combiner is
 * given no time at all. A timed sleep may end there at any moment without reason: so a call that
 * nobody takes is seen, but not a caller that nobody wakes. Whether the wake-up itself comes is
 * seen on real threads, in {@code CombinerIT}.
 */
final class CombinerModel {
  static final long FOR_EVER = 1_000_000;

  /** Made before, so that the driver's code is no part of the model. */
  private static final CommandArguments[] COMMANDS =
      IntStream.rangeClosed(0, 30)
          .mapToObj(number -> new CommandArguments(Command.INCRBY).add(number))
          .toArray(CommandArguments[]::new);

  private CombinerModel() {}

  static ModelCheckingOptions options() {
    return ModelCheck.of(Server.class, ServerWire.class, LatencyPolicy.class);
  }

  /** More orders than elsewhere: few of them have a failure or a hand-over when it counts. */
  static ModelCheckingOptions manyOrders() {
    return options().iterations(Scale.times(4, 40)).invocationsPerIteration(Scale.times(20, 200));
  }

  /** A call of the command that has this number. */
  static Call call(int number) {
    return new Call(COMMANDS[number]);
  }

  static Combiner combiner(
      Supplier<Wire> opener, ConnectionValidity validity, int connections, long timeout) {
    LatencyPolicy policy = new LatencyPolicy(connections, Combiner.FEW);
    return new Combiner(opener, validity, connections, timeout, policy, new ReplySizes()) {
      @Override
      void onIoThread(Runnable leading) {
        new Thread(() -> leadCalmly(leading)).start();
      }

      @Override
      void watch() {}
    };
  }

  /** Leads; what nobody expects ends the thread, of which the checker is not to hear. */
  private static void leadCalmly(Runnable leading) {
    try {
      leading.run();
    } catch (IllegalStateException e) {
      if (!"unexpected".equals(e.getMessage())) {
        throw e;
      }
    }
  }

  /** Adds up what it is sent, or sends it back. */
  static final class Server {
    private final boolean adds;
    private final AtomicInteger total = new AtomicInteger();
    final AtomicBoolean breaks = new AtomicBoolean();
    final AtomicBoolean fails = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger ran = new AtomicInteger(); // a bit for each command
    private final AtomicInteger denied = new AtomicInteger(); // likewise

    Server(boolean adds) {
      this.adds = adds;
    }

    int run(int number) {
      mark(ran, number);
      int sum = total.addAndGet(number);
      return adds ? sum : number;
    }

    /** The number of a command that no other call has. */
    int next() {
      return calls.incrementAndGet();
    }

    /** Notes that a caller was told that its command does not run. */
    void deny(int number) {
      mark(denied, number);
    }

    boolean hasRunWhatWasDenied() {
      return (ran.get() & denied.get()) != 0;
    }

    private static void mark(AtomicInteger commands, int number) {
      commands.accumulateAndGet(1 << number, (some, more) -> some | more);
    }
  }

  /**
   * One connection to the server, for one thread at a time. Not a {@link FakeWire}: each step of
   * its locks, lists and latches would multiply the orders that the checker has to try.
   */
  static class ServerWire implements Wire {
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
    public boolean answers(int millis) {
      return true;
    }

    @Override
    public void flush() {
      while (!written.isEmpty()) {
        replies.add(server.run(written.remove()));
      }
    }

    @Override
    public void spin(long nanos, BooleanSupplier alone) {}

    @Override
    public @Nullable Object getUnflushedObject() {
      if (server.fails.getAndSet(false)) {
        throw new IllegalStateException("unexpected");
      }
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
}
