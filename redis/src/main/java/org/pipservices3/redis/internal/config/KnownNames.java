package org.pipservices3.redis.internal.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;

/** The names that a configuration may have, and which of them an unknown one may mean. */
final class KnownNames {
  /** Those of a connection, which are accepted at the top level, too. */
  static final Set<String> CONNECTION =
      Set.of("uri", "host", "ip", "port", "protocol", "database", "discovery_key");

  static final Set<String> CREDENTIAL = Set.of("store_key", "username", "user", "password", "pass");

  /** The sections and the names in them; those of several entries have these in each. */
  static final Map<String, Set<String>> SECTIONS =
      Map.of(
          "connection", CONNECTION,
          "connections", CONNECTION,
          "credential", CREDENTIAL,
          "credentials", CREDENTIAL,
          "sentinel_credential", CREDENTIAL,
          "options", RedisOptions.NAMES);

  /** The sections with several entries. */
  static final Set<String> LISTS = Set.of("connections", "credentials");

  /** Names that are read elsewhere, in full. */
  private static final Map<String, String> FULL_NAMES = fullNames();

  /** Those of them that are too long to be like others' names by chance. */
  private static final List<String> TELLING =
      FULL_NAMES.keySet().stream()
          .filter(name -> name.length() > 4 || name.equals("host") || name.equals("port"))
          .toList();

  private KnownNames() {}

  private static Map<String, String> fullNames() {
    Map<String, String> full = new HashMap<>();
    RedisOptions.NAMES.forEach(name -> full.put(name, "options." + name));
    CREDENTIAL.forEach(name -> full.put(name, "credential." + name));
    CONNECTION.forEach(name -> full.put(name, "connection." + name));
    return Map.copyOf(full);
  }

  /** Like {@link #meant} where others' names stand, too: these may be plurals of ours. */
  static @Nullable String meantAtTop(String name) {
    String known = FULL_NAMES.get(SimilarNames.ours(name));
    String nearest = SimilarNames.misspelled(name, FULL_NAMES.keySet());
    return known != null || nearest == null || name.equals(nearest + "s")
        ? known
        : FULL_NAMES.get(nearest);
  }

  /** What a name would mean if it were one of ours; null if it may be another's. */
  static @Nullable String meant(String name) {
    String known = FULL_NAMES.get(SimilarNames.ours(name));
    String nearest = SimilarNames.of(name, TELLING);
    return known != null || nearest == null ? known : FULL_NAMES.get(nearest);
  }

  /**
   * An error for a name that is not known.
   *
   * @param parent its prefix, with the dot
   * @param names those that are allowed there
   */
  static ConfigException unknown(
      @Nullable String correlationId, String parent, String name, Set<String> names) {
    String ours = SimilarNames.ours(name);
    String nearest = names.contains(ours) ? ours : SimilarNames.of(name, names);
    String elsewhere = FULL_NAMES.get(ours);
    String meant = elsewhere == null || names.contains(ours) ? parent + nearest : elsewhere;
    return Errors.config(
        correlationId,
        Errors.shown(parent + name),
        "is not known:"
            + (nearest == null && elsewhere == null ? "" : " did you mean " + meant + "?")
            + (nearest == null ? " The names there are " + SimilarNames.sorted(names) : ""));
  }

  /** The part of a name before its first dot. */
  static String first(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** What follows the first dot, or the whole name. */
  static String rest(String name) {
    return name.substring(name.indexOf('.') + 1);
  }
}
