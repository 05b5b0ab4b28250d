package org.pipservices3.redis.examples;

/** StepFailedException reports a step of the example with an unexpected outcome. */
final class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StepFailedException(String message) {
    super(message);
  }
}
