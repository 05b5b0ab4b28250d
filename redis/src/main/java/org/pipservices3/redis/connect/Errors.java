package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.commons.errors.UnauthorizedException;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Every error of the module: what happened, where, and what to do.
 *
 * <p>Redis's own text is passed on without the arguments that it may quote, since these hold
 * values. Its first word becomes the code, also where Redis 6.2 buries it in the message of a
 * failed script.
 */
public final class Errors {
  private static final Pattern CODE = Pattern.compile("^([A-Z][A-Z0-9]+)\\b");
  private static final Pattern CODE_IN_SCRIPT =
      Pattern.compile("@user_script: ?\\d+: (?:-)?([A-Z][A-Z0-9]+) ");
  private static final Pattern FORBIDDEN_IN_SCRIPT =
      Pattern.compile("user executing the script can't|ACL failure in script");
  private static final Pattern QUOTED_ARGUMENTS =
      Pattern.compile(",? *with args beginning with.*", Pattern.DOTALL);
  private static final Set<String> UNAUTHORIZED = Set.of("WRONGPASS", "NOAUTH", "NOPERM");
  private static final int MAX_TEXT = 200;

  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry("OOM", "raise Redis's maxmemory or set an eviction policy"),
          Map.entry("READONLY", "this server is a replica: connect to the master"),
          Map.entry("WRONGTYPE", "another program keeps a different kind of value under this key"),
          Map.entry("MISCONF", "Redis cannot save its data to disk: see its log"),
          Map.entry("NOAUTH", "set credential.password"),
          Map.entry("WRONGPASS", "check credential.username and credential.password"),
          Map.entry("NOPERM", "grant this command and key to the ACL user"),
          Map.entry("LOADING", "Redis is reading its data from disk: wait until it is done"),
          Map.entry("BUSY", "a script blocks Redis: see SCRIPT KILL"),
          Map.entry("MOVED", "this server is a node of a cluster: set options.mode to cluster"));

  private Errors() {}

  /** A configuration that makes no sense. */
  static ConfigException config(@Nullable String correlationId, String parameter, String problem) {
    ConfigException e =
        new ConfigException(correlationId, "WRONG_CONFIG", parameter + " " + problem);
    e.withDetails("parameter", parameter);
    return e;
  }

  /** A call on a component that is not open. */
  public static RedisException notOpened(@Nullable String correlationId, String component) {
    return new RedisException(
        new InvalidStateException(
            correlationId, "NOT_OPENED", "The " + component + " is not open: call open() first"));
  }

  /** A mistake in the arguments of a call. */
  public static RedisException badRequest(
      @Nullable String correlationId, String code, String message) {
    return new RedisException(new BadRequestException(correlationId, code, message));
  }

  /**
   * Returns the key, or throws NO_KEY where it is null or empty, WRONG_KEY where it has half a
   * surrogate pair: that is no character, and UTF-8 would make a question mark of it, so that
   * different keys became the same.
   */
  public static String requireKey(@Nullable String correlationId, @Nullable String key) {
    if (key == null || key.isEmpty()) {
      throw badRequest(correlationId, "NO_KEY", "The key is null or empty: give one");
    }
    int half = halfPair(key);
    if (half >= 0) {
      throw badRequest(
          correlationId,
          "WRONG_KEY",
          "The key is no valid Unicode (half a surrogate pair at index "
              + half
              + "): give another one");
    }
    return key;
  }

  /** The index of the first half of a surrogate pair without its other half; -1 without any. */
  static int halfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean whole =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!whole) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** Redis could not be reached, or did not answer in time. */
  static RedisException connection(
      @Nullable String correlationId, String what, String where, int attempts, Exception cause) {
    boolean late = isTimeout(cause);
    String message =
        what
            + (late ? " was not answered in time by " : " lost its connection to ")
            + where
            + " ("
            + attempts
            + (attempts == 1 ? " attempt): " : " attempts): ")
            + (late
                ? "see whether Redis is overloaded, or raise options.command_timeout"
                : "see whether Redis runs and can be reached");
    ApplicationException e =
        new ConnectionException(correlationId, late ? "TIMEOUT" : "NO_CONNECTION", message);
    return new RedisException(e.withDetails("address", where).withCause(cause));
  }

  /** What Redis answered instead of a result. */
  static RedisException answer(
      @Nullable String correlationId, String what, String where, JedisDataException answer) {
    String code = code(answer);
    return new RedisException(
        new InvocationException(
                correlationId, code, what + " was refused by " + where + ": " + text(answer, code))
            .withDetails("address", where));
  }

  /** Why a connection could not be opened. */
  static ApplicationException cannotConnect(
      @Nullable String correlationId, String where, Exception cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof JedisDataException answer) {
        return refused(correlationId, where, answer);
      }
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new ConnectionException(
            correlationId,
            "CANNOT_CONNECT",
            "Cannot connect to Redis at "
                + where
                + " ("
                + root.getClass().getSimpleName()
                + ": "
                + root.getMessage()
                + "): see whether it runs there and whether TLS is set alike on both sides")
        .withDetails("address", where)
        .withCause(cause);
  }

  private static ApplicationException refused(
      @Nullable String correlationId, String where, JedisDataException answer) {
    String code = code(answer);
    String message = "Redis at " + where + " refused the connection: " + text(answer, code);
    if (UNAUTHORIZED.contains(code)) {
      return new UnauthorizedException(correlationId, code, message);
    }
    String words = String.valueOf(answer.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("invalid password") || words.contains("without any password")) {
      return new UnauthorizedException(correlationId, "WRONGPASS", message);
    }
    if (words.contains("cluster support disabled")) {
      return config(
          correlationId,
          "options.mode",
          "is cluster, but a server of " + where + " is none of a cluster: set standalone");
    }
    if (words.contains("db index")) {
      return config(
          correlationId, "connection.database", "is not one of " + where + "'s databases");
    }
    return new ConnectionException(correlationId, "CANNOT_CONNECT", message);
  }

  static boolean isTimeout(Throwable error) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof SocketTimeoutException || t instanceof NoSuchElementException) {
        return true;
      }
    }
    return false;
  }

  static String code(JedisDataException answer) {
    String message = String.valueOf(answer.getMessage());
    if (FORBIDDEN_IN_SCRIPT.matcher(message).find()) {
      return "NOPERM";
    }
    Matcher inScript = CODE_IN_SCRIPT.matcher(message);
    if (inScript.find()) {
      return inScript.group(1);
    }
    Matcher code = CODE.matcher(message);
    return code.find() ? code.group(1) : "ERR";
  }

  private static String text(JedisDataException answer, String code) {
    String text = QUOTED_ARGUMENTS.matcher(String.valueOf(answer.getMessage())).replaceFirst("");
    if (text.length() > MAX_TEXT) {
      text = text.substring(0, MAX_TEXT);
    }
    String advice = ADVICE.get(code);
    return advice == null ? text : text + " (" + advice + ")";
  }
}
