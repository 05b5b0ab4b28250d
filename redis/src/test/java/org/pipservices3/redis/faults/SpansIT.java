package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.pipservices3.redis.fixture.Failures.TRACE;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.RecordingTracer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.lock.RedisLock;

/** What the container's tracer is told. */
class SpansIT extends OnOwnServer {
  private static final Duration SLOW = Duration.ofMillis(120);

  private final RecordingTracer tracer = new RecordingTracer();

  @BeforeEach
  void trace() {
    proxied.put("tracer", tracer);
  }

  @Test
  void load_loader_isASpan() throws ApplicationException {
    RedisCache cache = proxied.cache();
    cache.retrieveOrLoad(TRACE, key, String.class, MINUTE, (trace, asked) -> "ABC");
    cache.retrieveOrLoad(TRACE, key, String.class, MINUTE, (trace, asked) -> "ABC");
    assertThat(tracer.spans()).containsOnlyOnce(TRACE + " redis.cache load");
  }

  @Test
  void load_loaderFails_isAFailedSpan() throws ApplicationException {
    RedisCache cache = proxied.cache();
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
  void lock_wait_isASpan() throws Exception {
    RedisLock lock = proxied.lock();
    lock.tryAcquireLock(TRACE, key, 200);
    lock.acquireLock(TRACE, key, MINUTE, MINUTE);
    assertThat(tracer.spans()).contains(TRACE + " redis.lock wait");
  }

  @Test
  void command_slow_isASpan() throws ApplicationException {
    RedisCache cache = proxied.cache();
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
    RedisCache cache = proxied.cache("options.command_timeout", 200, "options.retries", 0);
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);
    Throwable thrown = catchThrowable(() -> cache.retrieve(TRACE, key));
    assertThat(tracer.spans())
        .singleElement()
        .asString()
        .startsWith(TRACE + " redis GET ")
        .contains(thrown.getMessage());
  }
}
