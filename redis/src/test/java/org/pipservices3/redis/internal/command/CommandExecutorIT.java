package org.pipservices3.redis.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.internal.topology.Node;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** Several requests at once, to several servers. */
@Timeout(60)
class CommandExecutorIT extends OnSharedServer {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 128, 129, 257, 300})
  void executeAll_anyNumberToTwoServers_repliesInTheOrderOfTheRequests(int count) {
    List<Node> nodes = List.of(node(), node());
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      topology.with(key + i, nodes.get(i % 3 / 2));
      requests.add(number(i));
    }

    assertThat(executor().executeAll(TRACE, requests))
        .containsExactly(LongStream.range(0, count).boxed().toArray());
  }

  @Test
  void executeAll_oneIsRedirected_repliesInTheOrderOfTheRequests() {
    Node first = node();
    topology.with(key, first).with(key + 0, first).with(key + 2, node());
    topology.redirectsTo = node();
    String moves =
        "if redis.call('incr', KEYS[1]) == 1 then return redis.error_reply(ARGV[1]) end return 1";
    Request moved = Request.idempotent(key, script(moves, key, "MOVED 1 localhost:1"));

    assertThat(executor().executeAll(TRACE, List.of(number(0), moved, number(2))))
        .containsExactly(0L, 1L, 2L);
    assertThat(runs()).isEqualTo(2);
  }

  /** A DEL counted too few keys, since it ran twice. */
  @Test
  void executeAll_replyLostAndNoRetryAllowed_isSentOnce() {
    try (TcpProxy proxy = TcpProxy.to(RedisServer.shared().port())) {
      Node node = nodeAt(proxy.port());
      topology.with(key, node).with(key + 1, node);
      proxy.loseReplyTo("INCR");
      List<Request> requests =
          List.of(
              new Request(key, new CommandArguments(Command.INCR).add(key), /* retry= */ null),
              number(1));
      try {
        executor("options.retries", 3).executeAll(TRACE, requests);
      } catch (org.pipservices3.redis.RedisException e) {
        assertThat(e.code()).isEqualTo("NO_CONNECTION");
      }
      assertThat(runs()).isEqualTo(1);
    }
  }

  private Request number(int i) {
    return Request.idempotent(key + i, script("return tonumber(ARGV[1])", key + i, "" + i));
  }
}
