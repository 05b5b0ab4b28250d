package org.pipservices3.redis.examples;

import java.io.PrintStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Account is the report that the example prints: what it did, and what came of it. */
final class Account {
  private final PrintStream out;

  Account(PrintStream out) {
    this.out = out;
  }

  void title(String text) {
    out.println();
    out.println(text);
  }

  void note(String text) {
    out.println("  " + text);
  }

  /** Reports a call and its outcome, which fails the example where it is not the expected one. */
  void step(String call, @Nullable Object expected, @Nullable Object outcome) {
    step(call, outcome);
    require(
        Objects.equals(expected, outcome),
        call + " should have given " + expected + " but gave " + outcome);
  }

  void step(String call, @Nullable Object outcome) {
    out.printf("  %-52s %s%n", call, outcome);
  }

  /** Fails the example where a condition does not hold. */
  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new StepFailedException(otherwise);
    }
  }
}
