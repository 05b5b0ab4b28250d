package org.pipservices3.redis.examples;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Failures turns an exception and its causes into a message of one line each. */
final class Failures {
  private Failures() {}

  static String describe(Throwable failure) {
    Set<String> messages = new LinkedHashSet<>();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.add(cause.getMessage() != null ? cause.getMessage() : cause.toString());
    }
    return String.join(System.lineSeparator() + "  because: ", messages);
  }
}
