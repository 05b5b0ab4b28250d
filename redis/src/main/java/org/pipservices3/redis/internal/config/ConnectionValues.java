package org.pipservices3.redis.internal.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;

/** How the values of a connection may be written, and what they mean. */
record ConnectionValues(@Nullable String correlationId) {
  private static final Set<String> PLAIN = Set.of("redis", "tcp");
  private static final Set<String> SECURED = Set.of("rediss", "tls", "ssl");
  private static final Pattern LEADING_ZEROS = Pattern.compile("^\\+?0*(?=\\d)");

  /** Whether two values of one name of a connection mean the same, however they are written. */
  static boolean isSame(String name, @Nullable String one, @Nullable String other) {
    return one != null && other != null && meaning(name, one).equals(meaning(name, other));
  }

  private static String meaning(String name, String value) {
    String text = value.trim().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "host", "ip" -> withoutBrackets(text);
      case "port", "database" -> LEADING_ZEROS.matcher(text).replaceFirst("");
      case "protocol" -> PLAIN.contains(text) ? "redis" : SECURED.contains(text) ? "rediss" : text;
      default -> value;
    };
  }

  /** A host without those of an IPv6 address. */
  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Whether a protocol is one over TLS; null if there is none. */
  @Nullable Boolean isTls(String parameter, @Nullable String protocol) throws ConfigException {
    if (protocol == null || protocol.isBlank()) {
      return null;
    }
    String name = meaning("protocol", protocol);
    if (!name.equals("redis") && !name.equals("rediss")) {
      throw Errors.config(correlationId, parameter, "must be redis or rediss");
    }
    return name.equals("rediss");
  }

  /** A part of a URI without its percent-encoding. */
  String decoded(String text) throws ConfigException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Errors.config(correlationId, "connection.uri", "has a broken percent-encoding");
    }
  }
}
