package org.pipservices3.redis.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;

/** That a secret is found wherever it shows: what {@link NoSecretsIT} relies on. */
class EvidenceTest {

  private static final String SECRET = "pl4nted s3cret";

  private final Evidence evidence = new Evidence();

  EvidenceTest() {
    evidence.secret("the secret", SECRET);
  }

  static Stream<String> showings() {
    byte[] bytes = SECRET.getBytes(UTF_8);
    return Stream.of(
        "before " + SECRET + " behind",
        "redis://user:pl4nted+s3cret@host",
        HexFormat.of().formatHex(bytes),
        Arrays.toString(bytes),
        base64("" + SECRET),
        base64("u" + SECRET + "v"),
        base64("us" + SECRET + "vw"),
        base64("user:" + SECRET));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @MethodSource("showings")
  void leaks_secretInAnyForm_isFound(String text) {
    evidence.add("log", text);
    assertThat(evidence.leaks()).singleElement().asString().startsWith("the secret in log");
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        arguments("toString", new IllegalStateException(SECRET)),
        arguments("cause", new IllegalStateException("x", new IllegalArgumentException(SECRET))),
        arguments("suppressed", suppressing(new IllegalArgumentException(SECRET))),
        arguments("details", error("x").withDetails("address", SECRET)),
        arguments("cause string", error("x").withCause(new IllegalArgumentException(SECRET))),
        arguments("wrapped", new RedisException(error(SECRET))));
  }

  private static ApplicationException error(String message) {
    return new ConnectionException("trace", "CODE", message);
  }

  private static Exception suppressing(Exception suppressed) {
    Exception error = new InvocationException("trace", "CODE", "x");
    error.addSuppressed(suppressed);
    return error;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void leaks_secretInAnError_isFound(String place, Throwable error) {
    evidence.addError(error);
    assertThat(evidence.leaks()).as(place).isNotEmpty();
  }

  @Test
  void leaks_tokenThatNobodyKnew_isFound() {
    evidence.add("log", "holder 0123456789abcdef0123456789abcdef has it");
    evidence.add("log", "sha1 0123456789abcdef0123456789abcdef01234567 is none");
    assertThat(evidence.leaks()).singleElement().asString().startsWith("a token in log: holder");
  }

  @Test
  void leaks_nothingSecret_areNone() {
    evidence.add("log", "pl4nted s3cre");
    evidence.addError(new RedisException(error("x")));
    evidence.addObjects(new RedisException(error("x")));
    assertThat(evidence.leaks()).isEmpty();
  }

  @Test
  void addObjects_deepInside_areFound() {
    evidence.secret("a message", "deep message");
    evidence.addObjects(
        List.of(Map.of("k", new Object[] {new RedisException(error("deep message"))})));
    assertThat(evidence.leaks())
        .singleElement()
        .asString()
        .contains("toString of org.pipservices3.redis.RedisException");
  }
}
