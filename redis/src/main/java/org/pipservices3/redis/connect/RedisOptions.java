package org.pipservices3.redis.connect;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;

/**
 * The {@code options.*} section of a component's configuration, parsed and checked once.
 *
 * <p>An unknown name, a value that does not parse or one out of its range is a {@link
 * ConfigException} that names the parameter and what is allowed: the toolkit's own readers would
 * silently take the default instead. Immutable; all times are in milliseconds.
 */
public final class RedisOptions {
  static final Set<String> NAMES =
      Set.of(
          "mode",
          "master_name",
          "failover_timeout",
          "min_replicas",
          "timeout",
          "key_prefix",
          "max_size",
          "near_cache",
          "fail_open",
          "retry_timeout",
          "connect_timeout",
          "command_timeout",
          "retries",
          "max_retry_delay",
          "max_connections",
          "db_num",
          "ssl",
          "ssl_ca",
          "ssl_cert",
          "ssl_key",
          "ssl_verify_host");

  /** What servers make up the Redis. */
  enum Mode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  private static final List<String> MODES = List.of("standalone", "sentinel", "cluster");
  private static final int ONE_DAY = 24 * 60 * 60 * 1000;

  private final Mode mode;
  private final @Nullable String masterName;
  private final int failoverTimeout;
  private final int minReplicas;
  private final long timeout;
  private final String keyPrefix;
  private final int maxSize;
  private final boolean nearCache;
  private final boolean failOpen;
  private final int retryTimeout;
  private final int connectTimeout;
  private final int commandTimeout;
  private final int retries;
  private final int maxRetryDelay;
  private final int maxConnections;
  private final int database;
  private final boolean ssl;
  private final boolean sslUnset;
  private final @Nullable String sslCa;
  private final @Nullable String sslCert;
  private final @Nullable String sslKey;
  private final boolean sslVerifyHost;

  private RedisOptions(Reader read) throws ConfigException {
    read.rejectUnknownNames();
    mode = Mode.valueOf(read.only("mode", MODES).toUpperCase(Locale.ROOT));
    masterName = read.optionalText("master_name");
    failoverTimeout = (int) read.number("failover_timeout", 10_000, 0, ONE_DAY);
    minReplicas = (int) read.number("min_replicas", 0, 0, 1_000);
    timeout = read.number("timeout", 60_000, 1, Ttl.MAX_MILLIS);
    keyPrefix = read.unicode("key_prefix");
    maxSize = (int) read.number("max_size", 1_000, 1, Integer.MAX_VALUE);
    nearCache = read.flag("near_cache", false);
    failOpen = read.flag("fail_open", false);
    retryTimeout = (int) read.number("retry_timeout", 100, 1, ONE_DAY);
    connectTimeout = (int) read.number("connect_timeout", 2_000, 1, ONE_DAY);
    commandTimeout = (int) read.number("command_timeout", 2_000, 1, ONE_DAY);
    retries = (int) read.number("retries", 3, 0, 100);
    maxRetryDelay = (int) read.number("max_retry_delay", 500, 1, ONE_DAY);
    maxConnections = (int) read.number("max_connections", 8, 1, 10_000);
    database = (int) read.number("db_num", 0, 0, Integer.MAX_VALUE);
    ssl = read.flag("ssl", false);
    sslUnset = read.optionalText("ssl") == null;
    sslCa = read.optionalText("ssl_ca");
    sslCert = read.optionalText("ssl_cert");
    sslKey = read.optionalText("ssl_key");
    sslVerifyHost = read.flag("ssl_verify_host", true);
    if (mode == Mode.SENTINEL && masterName == null) {
      throw read.wrong("master_name", "is missing: with options.mode sentinel it names the master");
    }
    if (mode != Mode.SENTINEL && masterName != null) {
      throw read.wrong("master_name", "is given, but options.mode is not sentinel: set both");
    }
    if ((sslCert == null) != (sslKey == null)) {
      throw Errors.config(
          read.correlationId,
          "options.ssl_cert",
          "must be given together with options.ssl_key, both as paths of PEM files");
    }
  }

  /**
   * Reads the options of a component.
   *
   * @param config the component's whole configuration
   * @throws ConfigException for an unknown name or a value that is not allowed
   */
  public static RedisOptions fromConfig(@Nullable String correlationId, ConfigParams config)
      throws ConfigException {
    return new RedisOptions(new Reader(correlationId, config.getSection("options")));
  }

  Mode mode() {
    return mode;
  }

  /** The name that the sentinels know the master by; empty in other modes. */
  String masterName() {
    return masterName == null ? "" : masterName;
  }

  /** How long a command is repeated at the least while another server may take over. */
  public int failoverTimeout() {
    return failoverTimeout;
  }

  /** How many replicas must confirm the acquisition of a lock. */
  public int minReplicas() {
    return minReplicas;
  }

  /** The lifetime of a cached value that is stored with a timeout of zero or less. */
  public long timeout() {
    return timeout;
  }

  /** The text before every key, empty by default. */
  public String keyPrefix() {
    return keyPrefix;
  }

  /** How many near copies a cache keeps at the most. */
  public int maxSize() {
    return maxSize;
  }

  /** Whether a cache keeps near copies. */
  public boolean nearCache() {
    return nearCache;
  }

  /** Whether a cache answers a failure of Redis as a miss instead of throwing. */
  public boolean failOpen() {
    return failOpen;
  }

  /** How long a waiting lock sleeps between two attempts. */
  public int retryTimeout() {
    return retryTimeout;
  }

  /** How long a connection may take to open. */
  public int connectTimeout() {
    return connectTimeout;
  }

  /** How long Redis may take to answer one command. */
  public int commandTimeout() {
    return commandTimeout;
  }

  /** How often a command is repeated after its connection was lost. */
  public int retries() {
    return retries;
  }

  /** The longest pause before a repeat. */
  public int maxRetryDelay() {
    return maxRetryDelay;
  }

  /** How many connections send commands at the most. */
  public int maxConnections() {
    return maxConnections;
  }

  int database() {
    return database;
  }

  boolean ssl() {
    return ssl;
  }

  /**
   * Refuses the files of TLS where nothing turns it on: who names them expects it. Who turns it off
   * in so many words may leave them there.
   */
  void requireNoTls(@Nullable String correlationId) throws ConfigException {
    if (sslUnset && (sslCa != null || sslCert != null)) {
      throw Errors.config(
          correlationId,
          sslCa != null ? "options.ssl_ca" : "options.ssl_cert",
          "is given, but TLS is not turned on: set options.ssl, or connection.protocol to rediss");
    }
  }

  @Nullable String sslCa() {
    return sslCa;
  }

  @Nullable String sslCert() {
    return sslCert;
  }

  @Nullable String sslKey() {
    return sslKey;
  }

  boolean sslVerifyHost() {
    return sslVerifyHost;
  }

  private record Reader(@Nullable String correlationId, ConfigParams options) {

    void rejectUnknownNames() throws ConfigException {
      for (String name : options.keySet()) {
        if (!NAMES.contains(name)) {
          throw wrong(name, "is not known; the options are " + new TreeSet<>(NAMES));
        }
      }
    }

    /** One of these texts, by default the first. */
    String only(String name, List<String> allowed) throws ConfigException {
      String value = text(name, allowed.get(0)).trim().toLowerCase(Locale.ROOT);
      if (!allowed.contains(value)) {
        throw wrong(name, "must be one of " + allowed);
      }
      return value;
    }

    String text(String name, String defaultValue) {
      String value = optionalText(name);
      return value == null ? defaultValue : value;
    }

    /** A text that is empty by default. */
    String unicode(String name) throws ConfigException {
      String value = text(name, "");
      if (Errors.halfPair(value) >= 0) {
        throw wrong(name, "is no valid Unicode (half a surrogate pair)");
      }
      return value;
    }

    @Nullable String optionalText(String name) {
      String value = options.getAsNullableString(name);
      return value == null || value.isEmpty() ? null : value;
    }

    boolean flag(String name, boolean defaultValue) throws ConfigException {
      String value = text(name, String.valueOf(defaultValue)).trim().toLowerCase(Locale.ROOT);
      return switch (value) {
        case "true", "1", "yes", "on" -> true;
        case "false", "0", "no", "off" -> false;
        default -> throw wrong(name, "must be true or false");
      };
    }

    long number(String name, long defaultValue, long min, long max) throws ConfigException {
      String value = text(name, String.valueOf(defaultValue)).trim();
      try {
        long number = Long.parseLong(value);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, together with numbers out of range.
      }
      throw wrong(name, "must be a whole number from " + min + " to " + max);
    }

    private ConfigException wrong(String name, String problem) {
      return Errors.config(correlationId, "options." + name, problem);
    }
  }
}
