package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.pipservices3.redis.fixture.Failures.TRACE;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RecordingTracer;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;

/** What the container's tracer is told. */
class SpansIT {
  private static final long MINUTE = 60_000;
  private static final Duration SLOW = Duration.ofMillis(120);

  private final String key = Keys.unique("spans");
  private final RedisServer server = RedisServer.start();
  private final TcpProxy proxy = TcpProxy.to(server.port());
  private final RecordingTracer tracer = new RecordingTracer();
  private final Components components =
      new Components(Target.of(server).with("connection.port", proxy.port()));

  @BeforeEach
  void trace() {
    components.put("tracer", tracer);
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    proxy.close();
    server.close();
  }

  @Test
  void load_loader_isASpan() throws ApplicationException {
    RedisCache cache = components.cache();
    cache.retrieveOrLoad(TRACE, key, String.class, MINUTE, (trace, asked) -> "ABC");
    cache.retrieveOrLoad(TRACE, key, String.class, MINUTE, (trace, asked) -> "ABC");
    assertThat(tracer.spans()).containsOnlyOnce(TRACE + " redis.cache load");
  }

  @Test
  void load_loaderFails_isAFailedSpan() throws ApplicationException {
    RedisCache cache = components.cache();
    Throwable thrown =
        catchThrowable(
            () ->
                cache.retrieveOrLoad(
                    TRACE,
                    key,
                    String.class,
                    MINUTE,
                    (trace, asked) -> {
                      throw new IOException("database is down");
                    }));
    assertThat(thrown).isInstanceOf(IOException.class);
    assertThat(tracer.spans()).contains(TRACE + " redis.cache load database is down");
  }

  @Test
  void command_slow_isASpan() throws ApplicationException {
    RedisCache cache = components.cache();
    proxy.delay(SLOW);
    cache.store(TRACE, key, 1, MINUTE);
    cache.retrieve(TRACE, key);
    cache.retrieveAll(TRACE, List.of(key, key + "2"));
    cache.remove(TRACE, key);
    assertThat(tracer.spans())
        .containsExactly(
            TRACE + " redis SET", TRACE + " redis GET", TRACE + " redis GET", TRACE + " redis DEL");
  }

  @Test
  void command_slowAndFailed_isAFailedSpan() throws ApplicationException {
    RedisCache cache = components.cache("options.command_timeout", 200, "options.retries", 0);
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);
    Throwable thrown = catchThrowable(() -> cache.retrieve(TRACE, key));
    assertThat(tracer.spans())
        .singleElement()
        .asString()
        .startsWith(TRACE + " redis GET ")
        .contains(thrown.getMessage());
  }
}
