package org.pipservices3.redis.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pipservices3.redis.fixture.RecordingTracer;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

class SlowCommandsTest {
  private final RecordingTracer tracer = new RecordingTracer();

  @ParameterizedTest
  @CsvSource({"0, 0", "50, 0", "100, 1", "5000, 1"})
  void ended_afterSoManyMilliseconds_isASpanIfSlow(long millis, int spans) {
    long start = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(millis);
    new SlowCommands(tracer)
        .ended("123", new CommandArguments(Command.GET), start, /* failure= */ null);
    assertThat(tracer.spans()).hasSize(spans).allMatch("123 redis GET"::equals);
  }
}
