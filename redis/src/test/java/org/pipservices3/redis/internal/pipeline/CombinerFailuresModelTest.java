package org.pipservices3.redis.internal.pipeline;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.ModelCheck;
import org.pipservices3.redis.internal.pipeline.CombinerModel.Server;
import org.pipservices3.redis.internal.pipeline.CombinerModel.ServerWire;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The combiner in every order of steps that a model checker comes to try, where connections fail,
 * in what way ever, or callers give up.
 *
 * <p>The outcome of a call is no longer certain there: every call must end, with its own echo or an
 * error, and leave the combiner fit for the next. And what its caller was told not to have run must
 * never run.
 */
@Tag(ModelCheck.TAG)
class CombinerFailuresModelTest {
  @Test
  void execute_linksBreak_everyCallEndsWithItsOwnReplyOrAnError() {
    uncertain().check(BreakingLinks.class);
  }

  @Test
  void execute_callersGiveUp_everyCallEndsAndWhatDidNotRunNeverDoes() {
    uncertain().check(ImpatientCallers.class);
  }

  @Test
  void execute_wireThrowsWhatNobodyExpects_everyCallEndsWithItsOwnReplyOrAnError() {
    uncertain().check(UnexpectedExceptions.class);
  }

  @Test
  void execute_virtualCallersAndBreakingLinks_everyCallEndsWithItsOwnReplyOrAnError() {
    uncertain().check(VirtualOnBreakingLinks.class);
  }

  @Test
  void close_callsUnderWay_everyCallEnds() {
    uncertain().check(Closing.class);
  }

  private static ModelCheckingOptions uncertain() {
    return CombinerModel.manyOrders().sequentialSpecification(Echo.class);
  }

  /** Calls whose outcome may be uncertain; an error passes for the own reply. */
  public abstract static class UncertainCalls {
    final Server server = new Server(/* adds= */ false);
    final ConnectionValidity validity = new ConnectionValidity(() -> {});
    final Combiner combiner;

    UncertainCalls(long patience) {
      combiner = CombinerModel.combiner(() -> new ServerWire(server), validity, 1, patience);
    }

    @Operation
    public int echo(@Param(gen = IntGen.class, conf = "1:9") int number) {
      int own = server.next();
      return execute(own, CombinerModel.call(own)) ? number : -1;
    }

    /** Whether the call got its own reply or an error. */
    boolean execute(int number, Call call) {
      try {
        return (int) combiner.execute(call) == number;
      } catch (JedisConnectionException | IllegalStateException e) {
        if (!call.mayHaveRun()) {
          server.deny(number);
        }
        return true;
      }
    }

    @Validate
    public void worksAfterwards() {
      server.breaks.set(false);
      server.fails.set(false);
      Object reply = combiner.execute(CombinerModel.call(0));
      if (!Integer.valueOf(0).equals(reply)) {
        throw new AssertionError("wrong reply " + reply);
      }
      neverRanWhatWasDenied();
    }

    void neverRanWhatWasDenied() {
      if (server.hasRunWhatWasDenied()) {
        throw new AssertionError("a command ran whose caller was told that it does not");
      }
    }
  }

  public static class BreakingLinks extends UncertainCalls {
    public BreakingLinks() {
      super(CombinerModel.FOR_EVER);
    }

    @Operation
    public void breakLink() {
      server.breaks.set(true);
    }

    @Operation
    public void distrust() {
      validity.distrust();
    }
  }

  public static final class VirtualOnBreakingLinks extends BreakingLinks {
    @Operation
    public int echoVirtually(@Param(gen = IntGen.class, conf = "1:9") int number) {
      int own = server.next();
      return execute(own, CombinerModel.call(own).ofVirtualThread()) ? number : -1;
    }

    @Operation
    public void fail() {
      server.fails.set(true);
    }
  }

  public static final class UnexpectedExceptions extends UncertainCalls {
    public UnexpectedExceptions() {
      super(CombinerModel.FOR_EVER);
    }

    @Operation
    public void fail() {
      server.fails.set(true);
    }
  }

  public static final class ImpatientCallers extends UncertainCalls {
    public ImpatientCallers() {
      super(0);
    }
  }

  public static final class Closing extends UncertainCalls {
    public Closing() {
      super(CombinerModel.FOR_EVER);
    }

    @Operation
    public void close() {
      combiner.close();
    }

    @Override
    public void worksAfterwards() {
      neverRanWhatWasDenied();
    }
  }

  public static final class Echo {
    public int echo(int number) {
      return number;
    }

    public int echoVirtually(int number) {
      return number;
    }

    public void fail() {}

    public void breakLink() {}

    public void distrust() {}

    public void close() {}
  }
}
