package org.pipservices3.redis.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.NotFoundException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;

/** What those get whose load failed on another thread. */
class LoadErrorsTest {
  private static final class Local extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Local(String message) {
      super(message);
    }
  }

  private static final class Decorated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Decorated(String id) {
      super("no such thing: " + id);
    }
  }

  private static final class Fixed extends Exception {
    private static final long serialVersionUID = 1L;

    Fixed() {
      super("always this");
    }
  }

  static Stream<Throwable> copied() {
    return Stream.of(
        new IOException("text"),
        new IOException((String) null),
        new IllegalStateException(new IOException("cause")),
        new StackOverflowError("deep"),
        new InterruptedIOException("text"),
        new Local("text"),
        new Fixed());
  }

  private static Throwable copy(Throwable failure) {
    return LoadErrors.copyOf("trace", "key", failure);
  }

  @ParameterizedTest
  @MethodSource("copied")
  void copyOf_usualConstructor_isTheSameWithTheOriginalAsCause(Throwable failure) {
    assertThat(copy(failure))
        .isNotSameAs(failure)
        .isExactlyInstanceOf(failure.getClass())
        .hasMessage(failure.getMessage())
        .cause()
        .isSameAs(failure);
  }

  @Test
  void copyOf_classThatTakesCertainCausesOnly_hasTheSameCause() {
    UncheckedIOException failure = new UncheckedIOException("text", new IOException("disk"));
    assertThat(copy(failure))
        .isNotSameAs(failure)
        .isExactlyInstanceOf(UncheckedIOException.class)
        .hasMessage("text")
        .hasCause(failure.getCause())
        .hasSuppressedException(failure);
  }

  @Test
  void copyOf_toolkitsException_hasAllThatItSays() {
    ApplicationException failure =
        new NotFoundException("owner", "NO_ORDER", "No order").withDetails("id", 17);
    assertThat(copy(failure))
        .isExactlyInstanceOf(NotFoundException.class)
        .isInstanceOfSatisfying(
            ApplicationException.class,
            each -> {
              assertThat(each).isNotSameAs(failure).hasMessage("No order").hasCause(failure);
              assertThat(each.getCode()).isEqualTo("NO_ORDER");
              assertThat(each.getStatus()).isEqualTo(404);
              assertThat(each.getCorrelationId()).isEqualTo("owner");
              assertThat(each.getDetails().get("id")).isEqualTo("17");
            });
  }

  @Test
  void copyOf_ownException_keepsItsCause() {
    RedisException failure = Errors.badRequest("owner", "WRONG_VALUE", "text");
    assertThat(copy(failure))
        .isNotSameAs(failure)
        .isExactlyInstanceOf(RedisException.class)
        .hasCause(failure.getCause());
  }

  @Test
  void copyOf_noConstructorGivesTheSameMessage_isLoadFailed() {
    Decorated failure = new Decorated("x");
    assertThat(copy(failure))
        .isInstanceOfSatisfying(
            RedisException.class,
            e -> {
              assertThat(e.code()).isEqualTo("LOAD_FAILED");
              assertThat(e.correlationId()).isEqualTo("trace");
              assertThat(e).hasRootCause(failure).hasMessageContaining("'key'");
            });
  }

  @Test
  void isInterruption_causeOrFlag() {
    assertThat(LoadErrors.isInterruption(new IOException("x"))).isFalse();
    assertThat(LoadErrors.isInterruption(new IOException(new InterruptedException()))).isTrue();
    IOException circular = new IOException("x");
    circular.initCause(new IOException("y", circular));
    assertThat(LoadErrors.isInterruption(circular)).isFalse();
    Thread.currentThread().interrupt();
    try {
      assertThat(LoadErrors.isInterruption(new IOException("x"))).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
