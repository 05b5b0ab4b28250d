package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.pipservices3.redis.internal.wire.Wire;

/** A pipelined connection over fake wires, one for each time that it is opened. */
abstract class OnFakeWires {
  final List<FakeWire> opened = new ArrayList<>();
  final ConnectionValidity validity = new ConnectionValidity(() -> {});
  final ReplySizes sizes = new ReplySizes();
  final AtomicInteger busy = new AtomicInteger();
  final PipelinedConnection connection =
      new PipelinedConnection(this::openWire, validity, sizes, busy::incrementAndGet);
  Runnable whileOpening = FakeWire.NOTHING;

  /** Has the connection opened, if it is not. */
  final void open() {
    Call first = echo("first");
    run(first);
    assertThat(first.result()).isEqualTo("first");
  }

  /** The wire that is in use. */
  final FakeWire wire() {
    return opened.get(opened.size() - 1);
  }

  /** Runs a batch, over a new wire if there is none that may be used. */
  final void run(Call... calls) {
    runAt(System.nanoTime(), calls);
  }

  /** Runs a batch that counts as sent at this time. */
  final void runAt(long time, Call... calls) {
    List<Call> batch = List.of(calls);
    assertThat(batch).allMatch(Call::take);
    assertThat(connection.prepare(batch, time)).isNull();
    connection.run(batch, time, /* spin= */ 0, () -> false);
  }

  private Wire openWire() {
    whileOpening.run();
    FakeWire wire = new FakeWire();
    opened.add(wire);
    return wire;
  }
}
