package org.pipservices3.redis.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

class RequestTest {
  private static final CommandArguments GET = new CommandArguments(Command.GET).add("k");
  private static final CommandArguments EVAL = new CommandArguments(Command.EVAL).add("code");

  @Test
  void describe_namesTheCommandAndTheWholeKey() {
    assertThat(Request.idempotent("some:key", GET).describe()).isEqualTo("GET on key 'some:key'");
  }

  @Test
  void describeAnswered_script_isTheSameHoweverItWasSent() {
    CommandArguments byName = new CommandArguments(Command.EVALSHA).add("sha");
    for (CommandArguments sent : new CommandArguments[] {EVAL, byName}) {
      assertThat(Request.onLock("k", sent, EVAL, null).describeAnswered())
          .isEqualTo("A script on key 'k'");
    }
    assertThat(Request.idempotent("k", GET).describeAnswered()).isEqualTo("GET on key 'k'");
  }

  @Test
  void retry_isTheSameOnlyWhereItIsIdempotent() {
    assertThat(Request.idempotent("k", GET).retry()).isSameAs(GET);
    assertThat(Request.idempotent("k", GET).wakesOthers()).isFalse();
    assertThat(Request.onLock("k", GET, EVAL, null).retry()).isSameAs(EVAL);
    assertThat(Request.onLock("k", GET, EVAL, null).wakesOthers()).isTrue();
    assertThat(new Request("k", GET, null).retry()).isNull();
  }
}
