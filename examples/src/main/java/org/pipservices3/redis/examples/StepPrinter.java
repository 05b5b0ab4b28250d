package org.pipservices3.redis.examples;

import java.io.PrintStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** StepPrinter prints the example's steps with their outcomes. */
final class StepPrinter {
  private final PrintStream out;

  StepPrinter(PrintStream out) {
    this.out = out;
  }

  void title(String text) {
    out.println();
    out.println(text);
  }

  /** Prints what comes, and the source file that shows it. */
  void title(String text, Step shownBy) {
    title(text);
    out.println("[" + shownBy.getClass().getSimpleName() + ".java]");
  }

  void note(String text) {
    out.println("  " + text);
  }

  /** Prints a call and its outcome, and fails the example if that is not the expected one. */
  void step(String call, @Nullable Object expected, @Nullable Object outcome) {
    step(call, outcome);
    require(
        Objects.equals(expected, outcome),
        call + " should have given " + expected + " but gave " + outcome);
  }

  void step(String call, @Nullable Object outcome) {
    out.printf("  %-52s %s%n", call, outcome);
  }

  /** Fails the example if a condition does not hold. */
  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new StepFailedException(otherwise);
    }
  }
}
