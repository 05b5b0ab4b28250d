package org.pipservices3.redis.internal.errors;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.UnauthorizedException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Explains why a connection could not be opened, and what to do about it. */
final class ConnectFailure {
  private static final Set<String> UNAUTHORIZED = Set.of("WRONGPASS", "NOAUTH", "NOPERM");

  private ConnectFailure() {}

  /**
   * Explains a failure by what the system said at its root, which the driver hides among the
   * suppressed exceptions where a host has several addresses.
   */
  static String explain(Throwable failure) {
    Throwable root = failure;
    Deque<Throwable> open = new ArrayDeque<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    open.add(failure);
    for (Throwable next = open.poll(); next != null; next = open.poll()) {
      if (!seen.add(next)) {
        continue;
      }
      String known = known(next);
      if (known != null) {
        return known;
      }
      root = next;
      if (next.getCause() != null) {
        open.add(next.getCause());
      }
      open.addAll(List.of(next.getSuppressed()));
    }
    return named(root)
        + ": see whether Redis runs there and whether TLS is set alike on both sides";
  }

  /** The server answered, but not with a connection. */
  static ApplicationException refused(
      @Nullable String correlationId, String where, JedisDataException answer) {
    String code = Errors.code(answer);
    String message =
        "Redis at "
            + where
            + " refused the connection: "
            + Advice.text(answer, code, /* lock= */ false);
    if (UNAUTHORIZED.contains(code)) {
      return new UnauthorizedException(correlationId, code, message);
    }
    if (Errors.isUnauthenticated(answer)) {
      return new UnauthorizedException(correlationId, "WRONGPASS", message);
    }
    String words = String.valueOf(answer.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("cluster support disabled")) {
      return Errors.config(
          correlationId,
          "options.mode",
          "is cluster, but a server of " + where + " is none of a cluster: set standalone");
    }
    if (words.contains("db index")) {
      return Errors.config(
          correlationId, "connection.database", "is not one of " + where + "'s databases");
    }
    return new ConnectionException(correlationId, "CANNOT_CONNECT", message);
  }

  private static @Nullable String known(Throwable error) {
    if (error instanceof UnknownHostException) {
      return "the host's name is not known: check connection.host and the name service";
    }
    if (error instanceof NoRouteToHostException || isUnreachable(error)) {
      return "the host cannot be reached: check connection.host, routes and firewalls";
    }
    if (error instanceof ConnectException) {
      return "the connection was refused, nobody listens there: see whether Redis runs, and check"
          + " connection.port";
    }
    if (error instanceof SSLException) {
      return "the TLS handshake failed ("
          + named(deepest(error))
          + "): see whether TLS is set alike on both sides, and check options.ssl_ca and"
          + " options.ssl_verify_host";
    }
    if (error instanceof SocketTimeoutException) {
      return "there was no answer in time: see whether Redis hangs, a firewall drops packets, or"
          + " whether TLS is set alike on both sides, or raise options.connect_timeout and"
          + " options.command_timeout";
    }
    return null;
  }

  private static String named(Throwable error) {
    String message = error.getMessage();
    String name = error.getClass().getSimpleName();
    return message == null ? name : name + ": " + Errors.shown(message);
  }

  private static Throwable deepest(Throwable error) {
    Throwable deepest = error;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  private static boolean isUnreachable(Throwable error) {
    return error instanceof SocketException
        && String.valueOf(error.getMessage()).contains("unreachable");
  }
}
