package org.pipservices3.redis.lock;

/**
 * A lease's state and deadline. Immutable.
 *
 * @param deadline by the monotonic clock, in nanoseconds
 */
record LeaseState(State state, long deadline) {
  enum State {
    HELD,
    RELEASED,
    LOST
  }

  static LeaseState held(long deadline) {
    return new LeaseState(State.HELD, deadline);
  }

  boolean isHeld() {
    return state == State.HELD;
  }

  boolean isLost() {
    return state == State.LOST;
  }

  long left(long now) {
    return isHeld() ? deadline - now : 0;
  }

  LeaseState ended(State end) {
    return new LeaseState(end, deadline);
  }

  /**
   * An extension that is under way.
   *
   * @param before the state that it extends
   * @param millis the new time to live, in milliseconds
   * @param token the generation of the token that it sends
   */
  record Extension(LeaseState before, long deadline, long millis, String token) {}
}
