package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RecordingTracer;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.internal.topology.FakeTopology;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Nodes;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** Commands to a real server that counts how often they run and answers what a test wants. */
abstract class OnSharedServer {
  final String key = Keys.unique("command");
  final RawRedis raw = RedisServer.shared().raw();
  final FakeTopology topology = new FakeTopology();
  final RecordingTracer tracer = new RecordingTracer();
  private @Nullable CommandExecutor executor;

  @AfterEach
  void close() {
    if (executor != null) {
      executor.close();
    }
    raw.close();
  }

  /** The only executor of a test. */
  final CommandExecutor executor(Object... options) {
    CommandExecutor created = new CommandExecutor(topology, Nodes.options(options), tracer);
    executor = created;
    return created;
  }

  final Node node() {
    return nodeAt(RedisServer.shared().port());
  }

  final Node deadNode() {
    return nodeAt(Ports.free());
  }

  final Node nodeAt(int port, Object... options) {
    return Nodes.sole(port, options);
  }

  /** What counts its runs under a key and then answers this error. */
  static CommandArguments counting(String key, String error) {
    return script("redis.call('incr', KEYS[1]) return redis.error_reply(ARGV[1])", key, error);
  }

  static CommandArguments script(String text, String key, String argument) {
    return new CommandArguments(Command.EVAL)
        .add(text)
        .add(1)
        .add(key.getBytes(UTF_8))
        .add(argument);
  }

  final int runs() {
    String count = raw.text(key);
    return count == null ? 0 : Integer.parseInt(count);
  }
}
