package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.FailureScope;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Asks a server that failed whether it works again.
 *
 * <p>It sends a {@code SET} that no Redis can run, since its lifetime is zero. A server that fails
 * for every key or for writes (see {@link FailureScope}) refuses it for that reason; one that works
 * refuses the lifetime. So it shows more than {@code PING}, changes nothing, and needs no
 * permission that a cache lacks; without that to write, {@code PING} is sent.
 *
 * <p>It has its own connection with short timeouts, so that it neither waits behind other commands
 * nor hangs for long. Every failure is passed to the topology, which goes on looking for the
 * servers.
 */
final class Probe {
  private Probe() {}

  /** Whether a server works; if it answers for no keys any more, whether that of the key does. */
  static boolean answers(Topology topology, Object server, String key) {
    Node node = null;
    try {
      node =
          server instanceof Node known && topology.masters().contains(known)
              ? known
              : topology.nodeOf(key);
      ask(node, key);
    } catch (JedisException e) {
      if (!(e instanceof JedisDataException answer)
          || FailureScope.of(Errors.code(answer)) != FailureScope.CALL) {
        topology.lost(node, e);
        return false;
      }
    }
    node.distrust();
    return true;
  }

  private static void ask(Node node, String key) {
    try {
      node.ask(
          new CommandArguments(Command.SET)
              .add(key.getBytes(UTF_8))
              .add("")
              .add(Keyword.NX)
              .add(Keyword.PX)
              .add(0));
    } catch (JedisDataException answer) {
      if (!Errors.code(answer).equals("NOPERM")) {
        throw answer;
      }
      node.ask(new CommandArguments(Command.PING));
    }
  }
}
