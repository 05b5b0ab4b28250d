package org.pipservices3.redis.examples;

/** StepFailedException says that a step of the example did not do what it should. */
final class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StepFailedException(String message) {
    super(message);
  }
}
