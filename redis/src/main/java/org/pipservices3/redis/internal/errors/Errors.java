package org.pipservices3.redis.internal.errors;

import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Every error of the module: what happened, where, and what to do.
 *
 * <p>The first word of Redis's own text becomes the code, also where Redis 6.2 has it inside the
 * message of a failed script. A server at its limit of connections answers just {@code ERR}: that
 * is {@value #MAXCLIENTS}.
 *
 * <p>Longer than others, since the errors that several rooms throw are all here.
 */
public final class Errors {
  /** The code of an answer that Redis gives without a word of its own. */
  static final String MAXCLIENTS = "MAXCLIENTS";

  /** The code of the error for a value that is too large to be read. */
  public static final String OVERSIZED = "OVERSIZED";

  private static final String NO_ROOM = "ERR max number of clients";
  private static final Pattern CODE = Pattern.compile("^([A-Z][A-Z0-9]+)\\b");
  private static final Pattern CODE_IN_SCRIPT =
      Pattern.compile("@user_script: ?\\d+: (?:-)?([A-Z][A-Z0-9]+) ");
  private static final Pattern FORBIDDEN_IN_SCRIPT =
      Pattern.compile("user executing the script can't|ACL failure in script");
  private static final Pattern BAD_CREDENTIALS =
      Pattern.compile(
          "invalid (username-)?password|without any password|no password is set"
              + "|wrong number of arguments for 'auth'");
  private static final int MAX_NAME = 200;
  private static final int TAIL = 20;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\u2028\u2029]");

  private Errors() {}

  /** A name as messages show it: on one line, cut to {@value #MAX_NAME} of its characters. */
  public static String shown(String name) {
    int length = name.length();
    String text = name;
    if (length > MAX_NAME) {
      String tail = name.substring(length - TAIL) + " (" + length + " characters)";
      text = name.substring(0, MAX_NAME - TAIL) + "…" + tail;
    }
    return CONTROL
        .matcher(text)
        .replaceAll(each -> String.format("\\\\u%04x", (int) each.group().charAt(0)));
  }

  /** A configuration that makes no sense. */
  public static ConfigException config(
      @Nullable String correlationId, String parameter, String problem) {
    ConfigException e =
        new ConfigException(correlationId, "WRONG_CONFIG", parameter + " " + problem);
    e.withDetails("parameter", parameter);
    return e;
  }

  /**
   * A service of the container failed in a lookup. Its own message may tell anything: it is only
   * the cause.
   */
  public static ConfigException lookUpFailed(
      @Nullable String correlationId, String parameter, String service, Exception cause) {
    String problem =
        "could not be looked up: "
            + service
            + " failed with "
            + cause.getClass().getName()
            + ", see its cause and whether the service is configured and can be reached";
    ConfigException error = config(correlationId, parameter, problem);
    error.withCause(cause);
    return error;
  }

  /** A call on a component that is not open. */
  public static RedisException notOpened(@Nullable String correlationId, String component) {
    return new RedisException(
        new InvalidStateException(
            correlationId, "NOT_OPENED", "The " + component + " is not open: call open() first"));
  }

  /** A call during which its component was closed. */
  public static RedisException closedMeanwhile(
      @Nullable String correlationId, String component, String call) {
    return new RedisException(
        new InvalidStateException(
            correlationId,
            "NOT_OPENED",
            "The " + component + " was closed while the call " + call));
  }

  public static RedisException badRequest(
      @Nullable String correlationId, String code, String message) {
    return new RedisException(new BadRequestException(correlationId, code, message));
  }

  /**
   * Returns the key, or throws NO_KEY where it is null or empty, WRONG_KEY where it has half a
   * surrogate pair: UTF-8 would make a question mark of it, so that different keys became the same.
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
  public static int halfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** Redis could not be reached, or did not answer in time. */
  public static RedisException connection(
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

  /** Whether the command of a call that failed like this may have run, or may still run. */
  public static boolean mayHaveRun(RedisException failure) {
    return UnknownOutcome.isAny(failure);
  }

  /** The same failure, of which {@link #mayHaveRun} is true. */
  public static RedisException unsettled(RedisException failure) {
    return UnknownOutcome.of(failure);
  }

  /** What Redis answered instead of a result. */
  public static RedisException answer(
      @Nullable String correlationId, String what, String where, JedisDataException answer) {
    return answer(correlationId, what, where, answer, /* lock= */ false);
  }

  /**
   * The same.
   *
   * @param lock whether the command was about a lock
   */
  public static RedisException answer(
      @Nullable String correlationId,
      String what,
      String where,
      JedisDataException answer,
      boolean lock) {
    String code = code(answer);
    return new RedisException(
        new InvocationException(
                correlationId,
                code,
                what + " was refused by " + where + ": " + Advice.text(answer, code, lock))
            .withDetails("address", where));
  }

  /** The first failure of a call on many keys, with how many it did not concern. */
  public static RedisException amongMany(RedisException first, long succeeded, long keys) {
    ApplicationException known = first.getCause();
    String id = known.getCorrelationId();
    String message = known.getMessage() + " (" + succeeded + " of " + keys + " keys succeeded)";
    ApplicationException error =
        known instanceof ConnectionException
            ? new ConnectionException(id, known.getCode(), message)
            : known instanceof InvocationException
                ? new InvocationException(id, known.getCode(), message)
                : new BadRequestException(id, known.getCode(), message);
    if (known.getDetails() != null) {
      known.getDetails().forEach(error::withDetails);
    }
    if (known.getCause() != null) {
      error.withCause(known.getCause());
    }
    return new RedisException(error.withDetails("succeeded", succeeded).withDetails("keys", keys));
  }

  public static ApplicationException cannotConnect(
      @Nullable String correlationId, String where, Exception cause) {
    JedisDataException answer = TemporaryErrors.answerIn(cause);
    if (answer != null) {
      return ConnectFailure.refused(correlationId, where, answer);
    }
    return new ConnectionException(
            correlationId,
            "CANNOT_CONNECT",
            "Cannot connect to Redis at " + where + ": " + ConnectFailure.explain(cause))
        .withDetails("address", where)
        .withCause(cause);
  }

  /**
   * Whether a failure is that of a server, for all calls or for all writes, and not of one call.
   */
  public static boolean isOutage(RedisException failure) {
    return FailureScope.of(failure) != FailureScope.CALL;
  }

  /** Whether it is one of writes and removals only. */
  public static boolean isOutageOfWrites(RedisException failure) {
    return FailureScope.of(failure) == FailureScope.WRITES;
  }

  /** Whether the credentials are wrong or missing. */
  public static boolean isUnauthenticated(JedisDataException answer) {
    String code = code(answer);
    String words = String.valueOf(answer.getMessage()).toLowerCase(Locale.ROOT);
    return code.equals("WRONGPASS")
        || code.equals("NOAUTH")
        || BAD_CREDENTIALS.matcher(words).find();
  }

  public static boolean isTimeout(Throwable error) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof SocketTimeoutException || t instanceof NoSuchElementException) {
        return true;
      }
    }
    return false;
  }

  public static String code(JedisDataException answer) {
    String message = String.valueOf(answer.getMessage());
    if (message.startsWith(NO_ROOM)) {
      return MAXCLIENTS;
    }
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
}
