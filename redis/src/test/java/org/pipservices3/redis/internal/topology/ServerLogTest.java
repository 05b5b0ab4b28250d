package org.pipservices3.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.RecordingLogger;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

class ServerLogTest {
  private static final HostAndPort HOME = new HostAndPort("redis", 6379);
  private static final HostAndPort OTHER = new HostAndPort("redis2", 6379);
  private final JedisConnectionException refused =
      new JedisConnectionException(new ConnectException());

  private final RecordingLogger recorded = new RecordingLogger();
  private final CompositeLogger logger = new CompositeLogger();
  private ServerLog log = new ServerLog(logger);

  @BeforeEach
  void begin() throws ReferenceException {
    logger.setReferences(
        References.fromTuples(
            new Descriptor("pip-services", "logger", "test", "default", "1.0"), recorded));
    log.begin();
  }

  @Test
  void loss_manyFailures_isOneWarningAndOneLineForItsEnd() {
    ServerLog.Server server = log.server();
    for (int i = 0; i < 100; i++) {
      server.failed(HOME, refused);
    }
    assertThat(recorded.entries(LogLevel.Info))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.level()).isEqualTo(LogLevel.Warn);
              assertThat(entry.message())
                  .contains("redis:6379", "see whether Redis runs", "Every call tries again");
            });
    for (int i = 0; i < 100; i++) {
      server.reached(HOME);
    }
    assertThat(recorded.entries(LogLevel.Info)).hasSize(2);
    assertThat(recorded.text())
        .containsOnlyOnce("Redis at redis:6379 is back, connected again after");
  }

  @Test
  void brokenConnection_openedAgain_isOneLine() {
    ServerLog.Server server = log.server();
    server.lost();
    server.lost();
    assertThat(recorded.entries()).isEmpty();
    server.reached(HOME);
    assertThat(recorded.text()).containsOnlyOnce("is back");
  }

  @Test
  void server_thatComesAndGoes_isToldOfOnce() {
    ServerLog.Server server = log.server();
    for (int i = 0; i < 100; i++) {
      server.lost();
      server.failed(HOME, refused);
      server.reached(HOME);
    }
    assertThat(recorded.entries(LogLevel.Info)).hasSize(2);
  }

  @Test
  void masterLost_anotherReached_tellsTheNewAddress() {
    log.master().failed(HOME, refused);
    log.master().reached(OTHER);
    assertThat(recorded.text())
        .contains("Cannot connect to Redis at redis:6379", "redis2:6379 is back");
  }

  @Test
  void serverLost_othersTakeItsPlace_isTold() {
    ServerLog.Server server = log.server();
    server.failed(HOME, refused);
    server.replaced(HOME);
    server.replaced(HOME);
    assertThat(recorded.text())
        .containsOnlyOnce("Redis at redis:6379 was lost for")
        .contains("others answer for its keys");
  }

  @Test
  void server_neverLost_isNotTold() {
    log.server().reached(HOME);
    log.server().replaced(HOME);
    assertThat(recorded.entries()).isEmpty();
  }

  @Test
  void failure_beforeTheComponentIsOpen_isItsException() {
    log = new ServerLog(logger);
    log.server().failed(HOME, refused);
    assertThat(recorded.entries()).isEmpty();
  }
}
