package org.pipservices3.redis.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.DriverLog;
import org.pipservices3.redis.fixture.Failures;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/** After a bad day, no password, key, token or value is to be found in anything that shows. */
@Timeout(90)
class NoSecretsIT {

  private static final Evidence EVIDENCE = new Evidence();

  @BeforeAll
  static void haveABadDay() throws Exception {
    Logger root = Logger.getLogger("");
    Level level = root.getLevel();
    Handler ears = new Ears();
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream paper = new PrintStream(printed, /* autoFlush= */ true, StandardCharsets.UTF_8);
    List<Handler> others = List.of(root.getHandlers());
    others.forEach(root::removeHandler);
    root.addHandler(ears);
    root.setLevel(Level.ALL);
    DriverLog.listen(text -> EVIDENCE.add("driver log", text));
    LoggerFactory.getLogger(Jedis.class).trace("The driver rarely logs, but is heard");
    Logger.getLogger("probe").finest("So is the JDK");
    System.setOut(paper);
    System.setErr(paper);
    try (NoisyService opening = new NoisyOpening(EVIDENCE);
        NoisyService run = new NoisyRun(EVIDENCE)) {
      opening.run();
      run.run();
    } finally {
      System.setOut(out);
      System.setErr(err);
      DriverLog.listen(null);
      root.removeHandler(ears);
      root.setLevel(level);
      others.forEach(root::addHandler);
    }
    EVIDENCE.add("console", printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void badDay_whatShows_tellsNoSecret() {
    assertThat(EVIDENCE.leaks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stack trace",
        "toString of RedisException",
        "toString of ConfigException",
        "toString of UnauthorizedException",
        "toString of BadRequestException",
        "details",
        "cause string",
        "serialised error",
        "toString of org.pipservices3.redis.cache.RedisCache",
        "toString of org.pipservices3.redis.internal.lookup.NearEntry",
        "toString of org.pipservices3.redis.connect.OpenConnection",
        "toString of org.pipservices3.redis.internal.config.RedisOptions",
        "toString of org.pipservices3.redis.internal.topology.NodeFactory",
        "toString of org.pipservices3.redis.lock.HeldLock$Plain",
        "toString of org.pipservices3.redis.lock.Lease",
        "thread",
        "CLIENT LIST",
        "counter",
        "pip log",
        "driver log",
        "java.util.logging"
      })
  void badDay_everySource_hasGivenEvidence(String source) {
    assertThat(EVIDENCE.from(source)).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WRONGPASS",
        "WRONG_CONFIG",
        "CANNOT_CONNECT",
        "WRONG_VALUE",
        "WRONG_KEY",
        "WRONGTYPE",
        "OOM",
        "NOPERM",
        "unknown command",
        "NO_CONNECTION",
        "LOCK_TIMEOUT",
        "'sentinel_credential.store_key'"
      })
  void badDay_everyFault_hasHappened(String code) {
    assertThat(EVIDENCE.from("serialised error")).contains(code.replace("'", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "was lost",
        "could not be renewed",
        "An action on the loss",
        "works without Redis",
        "fewer than 1 replicas"
      })
  void badDay_everyWarning_wasLogged(String text) {
    assertThat(EVIDENCE.from("pip log")).contains(text);
  }

  private static final class Ears extends Handler {
    @Override
    public void publish(LogRecord entry) {
      Throwable thrown = entry.getThrown();
      EVIDENCE.add(
          "java.util.logging",
          entry.getLevel()
              + " "
              + entry.getLoggerName()
              + " "
              + entry.getMessage()
              + (entry.getParameters() == null ? "" : List.of(entry.getParameters()))
              + (thrown == null ? "" : Failures.textOf(thrown)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
