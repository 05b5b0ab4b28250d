package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which connections are in use. */
class PipelinedConnectionsTest {
  private static final int FEW = 2;

  private final List<FakeWire> opened = new ArrayList<>();
  private final LatencyPolicy policy = new LatencyPolicy(/* maxConnections= */ 3, FEW);
  private final PipelinedConnections connections =
      new PipelinedConnections(
          this::open,
          new ConnectionValidity(() -> {}),
          3,
          policy,
          new ReplySizes(),
          FakeWire.NOTHING);

  @Test
  void takeFree_fewCallers_takesEachOnce() {
    PipelinedConnection first = take();
    PipelinedConnection second = take();
    PipelinedConnection third = take();

    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    assertThat(connections.takeFree(0)).isNull();
    second.release();
    assertThat(connections.takeFree(0)).isSameAs(second);
  }

  @Test
  void takeFree_crowd_usesOnlyTheFirstUntilManyAreQueued() {
    PipelinedConnection first = take();
    enterACrowd();

    assertThat(connections.takeFree(0)).isNull();
    PipelinedConnection second = connections.takeFree(8);
    assertThat(second).isNotNull().isNotSameAs(first);
    assertThat(connections.areUsing(first, 0)).isTrue();
    assertThat(connections.areUsing(second, 0)).isFalse();
    assertThat(connections.areUsing(second, 8)).isTrue();
  }

  @Test
  void takeAny_crowd_takesEvenWhatIsNotInUse() {
    take();
    enterACrowd();

    assertThat(connections.takeAny()).isNotNull();
    assertThat(connections.takeAny()).isNotNull();
    assertThat(connections.takeAny()).isNull();
  }

  @Test
  void takeFree_largeReplyComesOverTheFirst_usesAnotherInItsPlace() {
    PipelinedConnection first = take();
    run(first);
    enterACrowd();
    PipelinedConnection[] second = {null};
    opened.get(0).beforeReply =
        () -> {
          opened.get(0).large.run();
          second[0] = connections.takeFree(0);
          assertThat(connections.areUsing(Objects.requireNonNull(second[0]), 0)).isTrue();
        };

    run(first);

    assertThat(second[0]).isNotNull();
    assertThat(connections.areUsing(second[0], 0)).as("after the large reply").isFalse();
  }

  @Test
  void limit_oneIsOpen_onlyThatIsInUse() {
    PipelinedConnection first = take();
    run(first);
    PipelinedConnection second = take();
    second.release();

    assertThat(connections.limit()).isTrue();

    assertThat(connections.takeFree(0)).isNull();
    assertThat(connections.takeAny()).isNull();
    assertThat(connections.areUsing(first, 0)).isTrue();
    assertThat(connections.areUsing(second, 0)).isFalse();
    first.release();
    assertThat(connections.takeAny()).isSameAs(first);
  }

  @Test
  void limit_noneIsOpen_allMayBeTried() {
    assertThat(connections.limit()).isFalse();

    assertThat(connections.takeFree(0)).isNotNull();
    assertThat(connections.takeFree(0)).isNotNull();
  }

  private PipelinedConnection take() {
    return Objects.requireNonNull(connections.takeFree(0));
  }

  private static void run(PipelinedConnection connection) {
    List<Call> batch = List.of(echo("word"));
    long now = System.nanoTime();
    assertThat(connection.prepare(batch, now)).isNull();
    connection.run(batch, now, /* spin= */ 0, () -> false);
    assertThat(batch.get(0).result()).isEqualTo("word");
  }

  private void enterACrowd() {
    for (int i = 0; i < FEW + 1; i++) {
      policy.enter();
    }
  }

  private FakeWire open() {
    FakeWire wire = new FakeWire();
    opened.add(wire);
    return wire;
  }
}
