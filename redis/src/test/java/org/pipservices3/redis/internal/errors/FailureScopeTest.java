package org.pipservices3.redis.internal.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What Redis answers, word for word, and whether it concerns more than the call that it refuses.
 */
class FailureScopeTest {

  static Stream<Arguments> answers() {
    return Stream.of(
        server("LOADING", "LOADING Redis is loading the dataset in memory"),
        server("BUSY", "BUSY Redis is busy running a script. You can only call SCRIPT KILL"),
        server("MASTERDOWN", "MASTERDOWN Link with MASTER is down and replica-serve-stale-data"),
        server("CLUSTERDOWN", "CLUSTERDOWN The cluster is down"),
        server("MAXCLIENTS", "ERR max number of clients reached"),
        server("MAXCLIENTS", "ERR max number of clients + cluster connections reached"),
        server("DENIED", "DENIED Redis is running in protected mode because protected mode is on"),
        server("NOAUTH", "NOAUTH Authentication required."),
        server("NOAUTH", "NOAUTH HELLO must be called with the client already authenticated"),
        server("WRONGPASS", "WRONGPASS invalid username-password pair or user is disabled."),
        writes("READONLY", "READONLY You can't write against a read only replica."),
        writes("NOREPLICAS", "NOREPLICAS Not enough good replicas to write."),
        writes("MISCONF", "MISCONF Redis is configured to save RDB snapshots, but it's currently"),
        writes("MISCONF", "MISCONF Errors writing to the AOF file: No space left on device"),
        call("OOM", "OOM command not allowed when used memory > 'maxmemory'."),
        call("WRONGTYPE", "WRONGTYPE Operation against a key holding the wrong kind of value"),
        call("NOPERM", "NOPERM this user has no permissions to run the 'set' command"),
        call("NOSCRIPT", "NOSCRIPT No matching script. Please use EVAL."),
        call("TRYAGAIN", "TRYAGAIN Multiple keys request during rehashing of slot"),
        call("MOVED", "MOVED 3999 127.0.0.1:6381"),
        call("ERR", "ERR unknown command 'x', with args beginning with: 'max number of clients'"),
        call("ERR", "ERR invalid expire time in 'set' command"));
  }

  private static Arguments server(String code, String text) {
    return arguments(code, text, FailureScope.SERVER);
  }

  private static Arguments writes(String code, String text) {
    return arguments(code, text, FailureScope.WRITES);
  }

  private static Arguments call(String code, String text) {
    return arguments(code, text, FailureScope.CALL);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("answers")
  void isOutage_answerOfRedis_isByWhatItConcerns(String code, String text, FailureScope reach) {
    RedisException failure =
        Errors.answer(null, "GET for key 'k'", "localhost:6379", new JedisDataException(text));
    assertThat(failure.code()).isEqualTo(code);
    assertThat(FailureScope.of(failure)).isEqualTo(reach);
    assertThat(Errors.isOutage(failure)).isEqualTo(reach != FailureScope.CALL);
    assertThat(Errors.isOutageOfWrites(failure)).isEqualTo(reach == FailureScope.WRITES);
    assertThat(FailureScope.of(Errors.unsettled(failure))).isEqualTo(reach);
  }

  @Test
  void isOutage_noAnswer_isThatOfTheServer() {
    for (String code : List.of("TIMEOUT", "NO_CONNECTION")) {
      RedisException failure = new RedisException(new ConnectionException(null, code, "gone"));
      assertThat(Errors.isOutage(failure)).isTrue();
      assertThat(Errors.isOutageOfWrites(failure)).isFalse();
    }
  }

  @Test
  void isOutage_mistakeOfTheCaller_isNone() {
    assertThat(Errors.isOutage(Errors.badRequest(null, "WRONG_VALUE", "READONLY"))).isFalse();
    assertThat(Errors.isOutage(Errors.notOpened(null, "cache"))).isFalse();
  }
}
