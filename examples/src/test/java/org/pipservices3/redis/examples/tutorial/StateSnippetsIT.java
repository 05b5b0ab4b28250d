package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.state.RedisStateStore;

/** The code of docs/state.md does what the page says. */
class StateSnippetsIT {

  @Test
  void goOn_again_beginsWhereTheFirstEnded() throws ApplicationException {
    try (TestServer server = new TestServer();
        RedisStateStore states = new RedisStateStore()) {
      states.configure(
          ConfigParams.fromTuples("connection.uri", server.uri(), "options.key_prefix", "state:"));
      states.open(null);
      assertThat(StateSnippets.goOn(states)).isZero();
      assertThat(StateSnippets.goOn(states)).isEqualTo(100);
      assertThat(server.keys()).containsExactly("state:import-17");
    }
  }
}
