package org.pipservices3.redis.internal.json;

/** Where and how Jackson failed to read a value, without its message, which quotes the value. */
final class ReadFailure extends Exception {
  private static final long serialVersionUID = 1L;

  ReadFailure(Throwable failure, Misfit misfit) {
    super(failure.getClass().getTypeName() + misfit.text());
    setStackTrace(failure.getStackTrace());
  }
}
