package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.redis.proof.history.Violation;

/**
 * The checker finds what is wrong with components that are broken on purpose: in one short run
 * mostly, in one of three for sure, since the dice may strike where it does not hurt.
 */
class MutantsProof {
  private static final int ATTEMPTS = 3;

  static Stream<Arguments> mutants() {
    return Stream.of(
        mutant(
            "release-without-compare",
            "one holder",
            List.of("process stopped", "links slow"),
            "lock/RedisLockStore.java",
            """
            if redis.call('get', KEYS[1]) == ARGV[1] then
                        return redis.call('del', KEYS[1])\
            """,
            """
            if true then
                        return redis.call('del', KEYS[1])\
            """),
        mutant(
            "renewal-that-revives",
            "one holder",
            List.of("everything flushed"),
            "lock/RedisLockStore.java",
            """
            if redis.call('get', KEYS[1]) == ARGV[1] then
                        return redis.call('pexpire', KEYS[1], ARGV[2])
                      end
                      return 0\
            """,
            """
            redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
                      return 1\
            """),
        mutant(
            "deadline-too-late",
            "one holder",
            List.of("process stopped", "links half-open"),
            "lock/Lease.java",
            "new Term(State.HELD, sent + nanos(ttl))",
            "new Term(State.HELD, sent + 3 * nanos(ttl))"),
        mutant(
            "loss-untold",
            "losses are told",
            List.of("process stopped", "everything flushed", "links half-open"),
            "lock/Lease.java",
            "locker.keeper.callback(() -> runGuarded(polled));",
            "polled.hashCode();"),
        mutant(
            "copies-outlive-their-connection",
            "reads are fresh",
            List.of("links refused", "links half-open"),
            "cache/NearCache.java",
            "copies.invalidateAll();",
            "copies.cleanUp();",
            "return copy.source.isLive(now) ? copy : null;",
            "return copy;"),
        mutant(
            "fill-ignores-invalidation",
            "reads are fresh",
            List.of("links slow", "process stopped"),
            "cache/NearCache.java",
            "versions.get(stripe(same)) == version ? copy : old",
            "copy"),
        mutant(
            "repeated-acquisition-takes-any-holder",
            "one holder",
            List.of("reply lost to SET", "links cut", "connections killed"),
            "connect/RedisCommands.java",
            "if redis.call('get', KEYS[1]) == ARGV[1] then return 1 end",
            "if redis.call('get', KEYS[1]) then return 1 end"),
        mutant(
            "lost-reply-leaks-the-lock",
            "free locks can be had",
            List.of("links half-open"),
            "lock/Locker.java",
            "if (failure.getCause() instanceof ConnectionException) {",
            "if (key.isEmpty()) {"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void mutant_isFound(String name, String promise, List<String> disasters, Mutant mutant)
      throws Exception {
    String classPath = mutant.classPath(name);
    List<String> broken = List.of();
    for (int i = 0; i < ATTEMPTS && !broken.contains(promise); i++) {
      try (Site site = new StandaloneSite()) {
        broken =
            new Run(name, classPath)
                .check(site, 15, disasters).stream().map(Violation::promise).toList();
      }
    }
    assertThat(broken).contains(promise);
  }

  private static Arguments mutant(
      String name, String promise, List<String> disasters, String source, String... edits) {
    Map<String, String> wrongs = new HashMap<>();
    for (int i = 0; i < edits.length; i += 2) {
      wrongs.put(edits[i], edits[i + 1]);
    }
    return Arguments.of(name, promise, disasters, new Mutant(source, wrongs));
  }
}
