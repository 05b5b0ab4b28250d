package org.pipservices3.redis.internal.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.UnauthorizedException;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What an error says: what happened, where and what to do, in a bounded text without values. */
class ErrorsTest {
  private static final String WHERE = "localhost:6379";

  @Test
  void shown_longName_isCutToItsBoundWithItsEndAndLength() {
    String name = "a".repeat(180) + "b".repeat(20);
    assertThat(Errors.shown(name)).isEqualTo(name);
    assertThat(Errors.shown(name + "c"))
        .isEqualTo("a".repeat(180) + "…" + "b".repeat(19) + "c (201 characters)");
    assertThat(Errors.shown("a\nb\u2028c\u0000")).isEqualTo("a\\u000ab\\u2028c\\u0000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain        | -1",
        "\uD83E\uDD8A | -1",
        "x\uD83E      | 1",
        "\uD83Ex      | 0",
        "\uDD8A\uD83E | 0",
        "\uD83E\uDD8A\uD83E | 2",
        "\uD83E\uD83E\uDD8A | 0",
        "\uD83E\uDD8A\uDD8A | 2",
      })
  void halfPair_isFoundWhereItIs(String text, int index) {
    assertThat(Errors.halfPair(text)).isEqualTo(index);
  }

  @Test
  void requireKey_noKey_isNoKey() {
    assertThat(Errors.requireKey(null, "k")).isEqualTo("k");
    for (String key : new String[] {null, ""}) {
      assertThatThrownBy(() -> Errors.requireKey("id", key))
          .isInstanceOfSatisfying(
              RedisException.class,
              e -> {
                assertThat(e.code()).isEqualTo("NO_KEY");
                assertThat(e.correlationId()).isEqualTo("id");
              });
    }
    assertThatThrownBy(() -> Errors.requireKey(null, "ab\uD83E"))
        .hasMessageContaining("index 2")
        .isInstanceOfSatisfying(
            RedisException.class, e -> assertThat(e.code()).isEqualTo("WRONG_KEY"));
  }

  @Test
  void config_error_namesItsParameterInTheDetailsToo() {
    ConfigException error = Errors.config("id", "options.retries", "must be a number");
    assertThat(error.getMessage()).isEqualTo("options.retries must be a number");
    assertThat(error.getCode()).isEqualTo("WRONG_CONFIG");
    assertThat(error.getCorrelationId()).isEqualTo("id");
    assertThat(error.getDetails().get("parameter")).isEqualTo("options.retries");
  }

  @Test
  void lookUpFailed_message_tellsNothingOfTheCauses() {
    Exception cause = new IllegalStateException("s3cret");
    ConfigException error = Errors.lookUpFailed("id", "credential.store_key", "a store", cause);
    assertThat(error.getMessage())
        .startsWith("credential.store_key could not be looked up: a store failed with")
        .contains("java.lang.IllegalStateException")
        .doesNotContain("s3cret");
    assertThat(error.getCause()).isSameAs(cause);
  }

  @Test
  void connection_timeout_saysSoWithItsAttempts() {
    Exception cause = new JedisConnectionException(new SocketTimeoutException("Read timed out"));
    RedisException error = Errors.connection("id", "GET on key 'k'", WHERE, 1, cause);
    assertThat(error.code()).isEqualTo("TIMEOUT");
    assertThat(error)
        .hasMessageContaining("GET on key 'k' was not answered in time by " + WHERE)
        .hasMessageContaining("(1 attempt): see whether Redis is overloaded");
    assertThat(error.getCause().getDetails().get("address")).isEqualTo(WHERE);
    assertThat(error.getCause().getCause()).isSameAs(cause);
    assertThat(Errors.mayHaveRun(error)).isTrue();
  }

  @Test
  void connection_lost_saysSoWithItsAttempts() {
    RedisException error =
        Errors.connection("id", "GET", WHERE, 2, new JedisConnectionException("closed"));
    assertThat(error.code()).isEqualTo("NO_CONNECTION");
    assertThat(error)
        .hasMessageContaining("GET lost its connection to " + WHERE + " (2 attempts)")
        .hasMessageContaining("see whether Redis runs");
  }

  @Test
  void isTimeout_isThatOfAnyCause() {
    assertThat(Errors.isTimeout(new NoSuchElementException("pool"))).isTrue();
    assertThat(Errors.isTimeout(new JedisConnectionException(new SocketTimeoutException())))
        .isTrue();
    assertThat(Errors.isTimeout(new JedisConnectionException(new SocketException()))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OOM command not allowed when used memory > 'maxmemory'. | OOM | raise Redis's maxmemory",
        "ERR max number of clients reached | MAXCLIENTS | raise Redis's maxclients",
        "NOPERM this user has no permissions | NOPERM | grant this command",
        "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -OOM command not"
            + " allowed | OOM | raise Redis's maxmemory",
        "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: WRONGTYPE Oper"
            + " | WRONGTYPE | another program",
        "The user executing the script can't run this command or subcommand | NOPERM | grant this",
        "ACL failure in script: User alice has no permissions | NOPERM | grant this command",
        "NOREPLICAS Not enough good replicas | NOREPLICAS | see whether they are connected",
        "MOVED 3999 127.0.0.1:6381 | MOVED | set options.mode to cluster",
        "nothing to begin with | ERR | nothing",
      })
  void answer_isItsCodeWithWhatToDo(String text, String code, String advice) {
    RedisException error = Errors.answer("id", "SET", WHERE, new JedisDataException(text));
    assertThat(error.code()).isEqualTo(code);
    assertThat(error).hasMessageContaining("SET was refused by " + WHERE + ": ");
    assertThat(error).hasMessageContaining(advice);
    assertThat(error.getCause().getDetails().get("address")).isEqualTo(WHERE);
    assertThat(Errors.mayHaveRun(error)).isFalse();
  }

  /** Eviction would have freed locks that were held. */
  @Test
  void answer_outOfMemoryForALock_doesNotAdviseEviction() {
    JedisDataException answer = new JedisDataException("OOM command not allowed");
    assertThat(Errors.answer("id", "SET", WHERE, answer, /* lock= */ true))
        .hasMessageContaining("raise Redis's maxmemory")
        .hasMessageContaining("would free locks")
        .message()
        .doesNotContain("set an eviction policy");
    assertThat(Errors.answer("id", "SET", WHERE, answer))
        .hasMessageContaining("set an eviction policy");
  }

  @Test
  void answer_quotedArguments_areLeftOutAndTheRestIsCut() {
    String value = "'s3cret', 'more\nlines'";
    assertThat(answer("ERR unknown command `FOO`, with args beginning with: " + value))
        .hasMessageEndingWith("ERR unknown command `FOO`");
    assertThat(answer("ERR " + "x".repeat(300)))
        .hasMessageEndingWith(WHERE + ": ERR " + "x".repeat(196));
  }

  @Test
  void unsettled_marksTheFailureAndKeepsWhatItSays() {
    RedisException refused = answer("READONLY You can't write against a read only replica.");
    refused.addSuppressed(new IllegalStateException("first"));
    RedisException unsettled = Errors.unsettled(refused);
    assertThat(Errors.mayHaveRun(refused)).isFalse();
    assertThat(Errors.mayHaveRun(unsettled)).isTrue();
    assertThat(unsettled.getCause()).isSameAs(refused.getCause());
    assertThat(unsettled.getSuppressed()).containsExactly(refused.getSuppressed());
    assertThat(Errors.unsettled(unsettled)).isSameAs(unsettled);
  }

  static Stream<Object[]> failures() {
    return Stream.of(
        failure(new UnknownHostException("nowhere"), "name is not known"),
        failure(new NoRouteToHostException("No route"), "cannot be reached"),
        failure(new SocketException("Network is unreachable"), "cannot be reached"),
        failure(new ConnectException("Connection refused"), "connection was refused"),
        failure(new SSLHandshakeException("bad certificate"), "TLS handshake failed (SSLHandsh"),
        failure(new SocketTimeoutException("timed out"), "no answer in time"),
        failure(new EOFException("s3\nt"), "EOFException: s3\\u000at: see whether Redis runs"),
        failure(new EOFException(), "EOFException: see whether Redis runs"));
  }

  private static Object[] failure(Exception root, String explanation) {
    return new Object[] {root, explanation};
  }

  /** The driver hides what the system said behind a failure of its own. */
  @ParameterizedTest
  @MethodSource("failures")
  void cannotConnect_isExplainedByItsRoot(Exception root, String explanation) {
    JedisConnectionException caused = new JedisConnectionException("Failed to connect", root);
    JedisConnectionException suppressing = new JedisConnectionException("Failed to connect");
    suppressing.addSuppressed(new JedisConnectionException(root));
    for (Exception failure : new Exception[] {root, caused, suppressing}) {
      ApplicationException error = Errors.cannotConnect("id", WHERE, failure);
      assertThat(error).isInstanceOf(ConnectionException.class);
      assertThat(error.getCode()).isEqualTo("CANNOT_CONNECT");
      assertThat(error)
          .hasMessageContaining("Cannot connect to Redis at " + WHERE + ": ")
          .hasMessageContaining(explanation);
      assertThat(error.getDetails().get("address")).isEqualTo(WHERE);
      assertThat(error.getCause()).isSameAs(failure);
    }
  }

  @Test
  void cannotConnect_causesInACircle_ends() {
    JedisConnectionException one = new JedisConnectionException("one");
    JedisConnectionException other = new JedisConnectionException("other", one);
    one.addSuppressed(other);
    assertThat(Errors.cannotConnect(null, WHERE, one)).hasMessageContaining("see whether Redis");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WRONGPASS invalid username-password pair or user is disabled.",
        "NOAUTH Authentication required.",
        "ERR invalid password",
        "ERR Client sent AUTH, but no password is set",
        "ERR AUTH <password> called without any password configured for the default user",
        "ERR wrong number of arguments for 'auth' command",
        "NOPERM this user has no permissions to run the 'hello' command",
      })
  void cannotConnect_credentialsRefused_isUnauthorized(String answer) {
    assertThat(Errors.cannotConnect("id", WHERE, refusing(answer)))
        .isInstanceOf(UnauthorizedException.class)
        .hasMessageContaining("Redis at " + WHERE + " refused the connection: ");
    assertThat(Errors.isUnauthenticated(new JedisDataException(answer)))
        .isEqualTo(!answer.startsWith("NOPERM"));
  }

  @Test
  void cannotConnect_credentialsRefusedByAnOldServer_hasTheCodeOfANewOne() {
    assertThat(Errors.cannotConnect(null, WHERE, refusing("ERR invalid password")).getCode())
        .isEqualTo("WRONGPASS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ERR This instance has cluster support disabled | options.mode",
        "ERR DB index is out of range | connection.database",
        "ERR invalid DB index | connection.database",
      })
  void cannotConnect_wronglyConfigured_isConfigException(String answer, String parameter) {
    assertThat(Errors.cannotConnect("id", WHERE, refusing(answer)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(parameter)
        .hasMessageContaining(WHERE);
  }

  @Test
  void cannotConnect_otherAnswer_isConnectionException() {
    assertThat(Errors.cannotConnect("id", WHERE, refusing("LOADING Redis is loading")))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("refused the connection: LOADING Redis is loading (");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOADING Redis is loading the dataset | true | false",
        "MASTERDOWN Link with MASTER is down | true | false",
        "BUSY Redis is busy running a script | true | true",
        "ERR max number of clients reached | true | true",
        "READONLY You can't write | false | false",
        "OOM command not allowed | false | false",
      })
  void temporaryErrors_areThoseAfterWhichACommandMayRunLater(
      String text, boolean temporary, boolean overload) {
    JedisDataException answer = new JedisDataException(text);
    assertThat(TemporaryErrors.includes(answer)).isEqualTo(temporary);
    assertThat(TemporaryErrors.isOverload(answer)).isEqualTo(overload);
    assertThat(TemporaryErrors.caused(new IllegalStateException(refusing(text))))
        .isEqualTo(temporary);
    assertThat(TemporaryErrors.isBusy(answer)).isEqualTo(text.startsWith("BUSY"));
    assertThat(TemporaryErrors.caused(new JedisConnectionException("BUSY"))).isFalse();
    assertThat(TemporaryErrors.isBusy(new JedisConnectionException("BUSY"))).isFalse();
  }

  private static RedisException answer(@Nullable String text) {
    return Errors.answer(null, "SET", WHERE, new JedisDataException(text));
  }

  private static JedisConnectionException refusing(String answer) {
    return new JedisConnectionException("Failed", new JedisDataException(answer));
  }
}
