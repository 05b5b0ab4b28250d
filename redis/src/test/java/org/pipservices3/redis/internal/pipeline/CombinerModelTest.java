package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.ModelCheck;
import org.pipservices3.redis.internal.pipeline.CombinerModel.Server;
import org.pipservices3.redis.internal.pipeline.CombinerModel.ServerWire;
import org.pipservices3.redis.internal.wire.Wire;

/**
 * The combiner in every order of steps that a model checker comes to try, on a server that adds up.
 *
 * <p>The sums tell everything: a caller who got another's reply, one of an earlier call, or whose
 * command ran twice or out of turn, would see a sum that no order of the calls explains. One who
 * was forgotten would sleep for ever, which the checker reports. {@code CombinerFailuresModelTest}
 * has what is uncertain.
 */
@Tag(ModelCheck.TAG)
class CombinerModelTest {
  @Test
  void execute_oneLink_isAsIfOneAfterTheOther() {
    CombinerModel.options().sequentialSpecification(Sum.class).check(OneLink.class);
  }

  @Test
  void execute_threeCallers_isAsIfOneAfterTheOther() {
    CombinerModel.options()
        .threads(3)
        .actorsPerThread(1)
        .sequentialSpecification(Sum.class)
        .check(OneLink.class);
  }

  @Test
  void execute_twoLinks_isAsIfOneAfterTheOther() {
    CombinerModel.options().sequentialSpecification(Sum.class).check(TwoLinks.class);
  }

  @Test
  void execute_virtualCallers_isAsIfOneAfterTheOther() {
    CombinerModel.manyOrders().sequentialSpecification(Sum.class).check(VirtualCallers.class);
  }

  @Test
  void checker_latestReplyFirst_isCaught() {
    ModelCheckingOptions three =
        CombinerModel.options().threads(3).sequentialSpecification(Sum.class);
    assertThat(ModelCheck.violation(three, LatestReplyFirst.class))
        .contains("Invalid execution results");
  }

  @Test
  void checker_silentServer_isCaught() {
    ModelCheckingOptions model = CombinerModel.options().sequentialSpecification(Sum.class);
    assertThat(ModelCheck.violation(model, SilentServer.class)).contains("hung");
  }

  public static class OneLink {
    final Combiner combiner;

    public OneLink() {
      this(1, ServerWire::new);
    }

    OneLink(int links, Function<Server, Wire> opener) {
      Server server = new Server(/* adds= */ true);
      combiner =
          CombinerModel.combiner(
              () -> opener.apply(server),
              new ConnectionValidity(() -> {}),
              links,
              CombinerModel.FOR_EVER);
    }

    @Operation
    public int add(@Param(gen = IntGen.class, conf = "1:9") int number) {
      return (int) combiner.execute(CombinerModel.call(number));
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

  public static final class VirtualCallers extends OneLink {
    @Operation
    public int addVirtually(@Param(gen = IntGen.class, conf = "1:9") int number) {
      return (int) combiner.execute(CombinerModel.call(number).ofVirtualThread());
    }
  }

  public static final class Sum {
    private int total;

    public int add(int number) {
      total += number;
      return total;
    }

    public int addVirtually(int number) {
      return add(number);
    }
  }
}
