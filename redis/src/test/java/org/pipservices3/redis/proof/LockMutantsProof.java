package org.pipservices3.redis.proof;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs planted in the lock and its leases are found. See {@link PlantedBug}. */
class LockMutantsProof {

  static Stream<PlantedBug> bugs() {
    return Stream.of(
        PlantedBug.of(
            "release-without-compare",
            "one holder",
            List.of("process stopped", "links slow"),
            "lock/LockScripts.java",
            """
            if held and string.sub(held, 1, 24) == string.sub(ARGV[1], 1, 24) then
                        return redis.call('del', KEYS[1])\
            """,
            """
            if true then
                        return redis.call('del', KEYS[1])\
            """),
        PlantedBug.of(
            "renewal-that-revives",
            "one holder",
            List.of("everything flushed"),
            "lock/LockScripts.java",
            """
            if not held or string.sub(held, 1, 24) ~= string.sub(ARGV[1], 1, 24) or held > ARGV[1] then
                        return 0
                      end
                      redis.call('pexpire', KEYS[2], ARGV[3])
                      if held == ARGV[1]\
            """,
            "if false"),
        PlantedBug.of(
            "tokens-begin-again",
            "fencing tokens rise",
            List.of("everything flushed"),
            "lock/LockScripts.java",
            "if raised < 0 or #fence < #now",
            "if raised < 0 or #fence > #now"),
        PlantedBug.of(
            "deadline-too-late",
            "one holder",
            List.of("process stopped", "links half-open"),
            "lock/Lease.java",
            "LeaseState.held(sent + TimeUnit.MILLISECONDS.toNanos(ttl))",
            "LeaseState.held(sent + 3 * TimeUnit.MILLISECONDS.toNanos(ttl))"),
        PlantedBug.of(
            "loss-untold",
            "losses are told",
            List.of("process stopped", "everything flushed", "links half-open"),
            "lock/LossActions.java",
            "callbacks.run(() -> runGuarded(polled));",
            "polled.hashCode();"),
        PlantedBug.of(
            "retried-acquisition-takes-any-holder",
            "one holder",
            List.of("reply lost to SET", "links cut", "connections killed"),
            "internal/command/RedisCommands.java",
            "if redis.call('get', KEYS[1]) == ARGV[1] then return 1 end",
            "if redis.call('get', KEYS[1]) then return 1 end"),
        PlantedBug.of(
            "refused-release-is-forgotten",
            "free locks can be had",
            List.of("writes refused", "scripts forbidden"),
            "lock/BackgroundReleases.java",
            "(failure != null && !isFinal(failure))",
            "(failure != null && failure.code().isEmpty())"),
        PlantedBug.of(
            "late-request-is-forgotten",
            "free locks can be had",
            List.of("request late: NX"),
            "lock/BackgroundReleases.java",
            "if (!retried.isEmpty() && retried.remove(held.token()) != null) {",
            "if (held.key().isEmpty()) {"),
        PlantedBug.of(
            "lost-reply-leaks-the-lock",
            "free locks can be had",
            List.of("links half-open"),
            "lock/LockEngine.java",
            "if (!(e instanceof RedisException failure) || Errors.mayHaveRun(failure)) {",
            "if (key.isEmpty()) {"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void bug_isFound(PlantedBug bug) throws Exception {
    bug.find();
  }
}
