package org.pipservices3.redis.internal.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * Which names a configuration may have, so that no setting is silently weakened.
 *
 * <p>The toolkit's readers ignore unknown names: a mistyped section, a value where a section should
 * be, a password in the wrong place, one of two names for the same. Here each of these is a {@link
 * ConfigException} that names it and what is allowed. An empty value counts as none.
 *
 * <p>The top level is shared with others, whose names pass. Refused there are only our names in the
 * wrong place, what other clients call them, and misspellings of the long ones. Immutable; never
 * shows a value.
 */
public final class ConfigSchema {
  private static final Set<String> TOP_SECTIONS =
      Stream.concat(KnownNames.SECTIONS.keySet().stream(), Stream.of("dependencies"))
          .collect(Collectors.toUnmodifiableSet());

  private static final String STORE_KEY = "store_key";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Two names of one thing. */
  private static final Map<String, String> ALIASES =
      Map.of("user", "username", "pass", "password", "ip", "host");

  private final @Nullable String correlationId;
  private final ConfigParams config;

  private ConfigSchema(@Nullable String correlationId, ConfigParams config) {
    this.correlationId = correlationId;
    this.config = config;
  }

  /** Refuses names that are not read. */
  public static void check(@Nullable String correlationId, ConfigParams config)
      throws ConfigException {
    ConfigParams given = given(config);
    ConfigSchema sections = new ConfigSchema(correlationId, given);
    for (String name : SimilarNames.sorted(given.keySet())) {
      sections.checkName(name);
    }
    sections.checkDoubles();
  }

  /** The configuration without empty values, which mean that nothing is given. */
  public static ConfigParams given(ConfigParams config) {
    ConfigParams given = new ConfigParams(config);
    given.values().removeIf(ConfigSchema::isEmpty);
    return given;
  }

  /**
   * Refuses what a discovery service or a credential store has that looks like ours and is not
   * read, without its name, which may be a secret in the wrong place.
   *
   * @param parameter the key under which it was looked up
   * @param names those that are read there
   * @param kind how the full names of ours begin; what looks like others may be anybody's
   */
  static void checkFound(
      @Nullable String correlationId,
      String parameter,
      ConfigParams found,
      Set<String> names,
      String kind)
      throws ConfigException {
    for (String name : SimilarNames.sorted(found.keySet())) {
      String meant = names.contains(name) ? null : KnownNames.meant(name);
      if (meant != null && meant.startsWith(kind)) {
        throw Errors.config(
            correlationId,
            parameter,
            "leads to an entry with a name that is not read: did you mean " + meant + " there?");
      }
    }
    new ConfigSchema(correlationId, found).checkDoubles("");
  }

  private void checkName(String name) throws ConfigException {
    String section = KnownNames.first(name);
    Set<String> names = KnownNames.SECTIONS.get(section);
    if (names == null) {
      checkTopLevel(name, section);
    } else if (!name.contains(".")) {
      throw wrong(name, "is a section: give its names, such as " + section + example(section));
    } else if (KnownNames.LISTS.contains(section)) {
      checkNumbered(name, section, names);
    } else if (!names.contains(KnownNames.rest(name))) {
      throw KnownNames.unknown(correlationId, section + ".", KnownNames.rest(name), names);
    }
  }

  private void checkNumbered(String name, String section, Set<String> names)
      throws ConfigException {
    String entry = KnownNames.rest(name);
    if (!entry.contains(".")) {
      throw wrong(
          name,
          NUMBER.matcher(entry).matches()
              ? "is an entry of a list: give its names, such as " + name + last(section)
              : "stands in a list: number its entries, such as " + section + ".0." + entry);
    }
    if (!names.contains(KnownNames.rest(entry))) {
      throw KnownNames.unknown(
          correlationId,
          section + "." + KnownNames.first(entry) + ".",
          KnownNames.rest(entry),
          names);
    }
  }

  private void checkTopLevel(String name, String section) throws ConfigException {
    if (KnownNames.CONNECTION.contains(name)) {
      checkAlone(name);
      return;
    }
    String meant = KnownNames.meantAtTop(section);
    if (meant != null) {
      throw wrong(name, "is not read at the top level: did you mean " + meant + "?");
    }
    String nearest = SimilarNames.misspelled(section, TOP_SECTIONS);
    if (nearest != null) {
      throw wrong(section, "is not known: did you mean " + nearest + "?");
    }
    String dependency = KnownNames.rest(name);
    if (section.equals("dependencies")
        && !dependency.equals("connections")
        && SimilarNames.misspelled(dependency, Set.of("connection")) != null) {
      throw wrong(name, "is not known: did you mean dependencies.connection?");
    }
  }

  /** A part of a connection at the top level is passed over where there is a section for it. */
  private void checkAlone(String name) throws ConfigException {
    for (String section : List.of("connection", "connections")) {
      if (!config.getSection(section).isEmpty()) {
        throw wrong(name, "stands beside the section " + section + ": put it into that");
      }
    }
  }

  private void checkDoubles() throws ConfigException {
    for (String several : KnownNames.LISTS) {
      String one = several.substring(0, several.length() - 1);
      if (!config.getSection(several).isEmpty() && !config.getSection(one).isEmpty()) {
        throw wrong(one, "stands beside the section " + several + ": use one of them");
      }
    }
    if (config.getSection("credentials").getSectionNames().size() > 1) {
      throw wrong("credentials", "has several entries, of which one would be used: give one");
    }
    for (String name : config.keySet()) {
      if (KnownNames.SECTIONS.containsKey(KnownNames.first(name))
          || KnownNames.CONNECTION.contains(name)) {
        checkDoubles(name.substring(0, name.lastIndexOf('.') + 1));
      }
    }
  }

  /** Refuses two names for one thing with two values, and credentials beside a store key. */
  private void checkDoubles(String parent) throws ConfigException {
    for (Map.Entry<String, String> alias : ALIASES.entrySet()) {
      String one = config.get(parent + alias.getKey());
      String other = config.get(parent + alias.getValue());
      if (!isEmpty(one) && !isEmpty(other) && !one.equals(other)) {
        throw wrong(
            parent + alias.getKey(),
            "is another than " + parent + alias.getValue() + ": give one of them");
      }
    }
    for (String name : KnownNames.CREDENTIAL) {
      if (!name.equals(STORE_KEY)
          && !isEmpty(config.get(parent + name))
          && !isEmpty(config.get(parent + STORE_KEY))) {
        throw wrong(parent + name, "stands beside " + parent + STORE_KEY + ": use one of them");
      }
    }
  }

  private ConfigException wrong(String name, String problem) {
    return Errors.config(correlationId, Errors.shown(name), problem);
  }

  private static String example(String section) {
    return (KnownNames.LISTS.contains(section) ? ".0" : "") + last(section);
  }

  private static String last(String section) {
    return section.equals("options")
        ? ".timeout"
        : section.startsWith("connection") ? ".host" : ".username";
  }

  static boolean isEmpty(@Nullable String value) {
    return value == null || value.isEmpty();
  }
}
