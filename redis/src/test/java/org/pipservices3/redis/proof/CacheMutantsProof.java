package org.pipservices3.redis.proof;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs planted in the cache and its loads are found. See {@link PlantedBug}. */
class CacheMutantsProof {

  static Stream<PlantedBug> bugs() {
    return Stream.of(
        PlantedBug.of(
            "entries-outlive-their-connection",
            "reads are fresh",
            List.of("links refused", "links half-open"),
            "internal/lookup/NearCache.java",
            "entries.invalidateAll();\nstale.clear();",
            "entries.cleanUp();",
            "return entry.source().isLive(now) ? entry : null;",
            "return entry;"),
        PlantedBug.of(
            "fill-ignores-invalidation",
            "reads are fresh",
            List.of("links slow", "process stopped"),
            "internal/lookup/NearCache.java",
            "return versions.get(stripe(key)) == version;",
            "return versions.get(stripe(key)) >= version;"),
        PlantedBug.of(
            "fill-without-lease",
            "loads are fresh",
            List.of("links slow"),
            "internal/loading/LoadScripts.java",
            "if holder ~= ARGV[1] then",
            "if false then"),
        PlantedBug.of(
            "removal-leaves-the-lease",
            "loads are fresh",
            List.of("links slow"),
            "cache/CacheEngine.java",
            "commands.remove(correlationId, name, leases.of(name));",
            "commands.remove(correlationId, name, name);"),
        PlantedBug.of(
            "joiner-takes-any-value",
            "loads are fresh",
            List.of("links slow"),
            "internal/loading/Landing.java",
            "return joined < loadStart || joined < confirmStart || (unasked && miss == Miss.OUT);",
            "return joined < Long.MAX_VALUE;"),
        PlantedBug.of(
            "claim-ignores-the-holder",
            "one loader at a time",
            List.of("links slow"),
            "internal/loading/LoadScripts.java",
            "if holder and ((mine and holder > ARGV[1]) or (not mine and ARGV[3] == '1')) then",
            "if false then"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void bug_isFound(PlantedBug bug) throws Exception {
    bug.find();
  }
}
