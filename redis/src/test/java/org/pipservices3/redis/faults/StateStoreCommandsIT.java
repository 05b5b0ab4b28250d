package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.state.RedisStateStore;

/** What a state store sends: one command a call, sent again only where that is harmless. */
class StateStoreCommandsIT extends OnOwnServer {
  private RedisStateStore states;

  @BeforeEach
  void open() throws ApplicationException {
    states = proxied.stateStore("options.command_timeout", 500);
    raw.call("CONFIG", "RESETSTAT");
  }

  @Test
  void calls_each_sendOneCommand() {
    states.save(null, key, 1);
    states.load(null, key);
    states.loadBulk(null, List.of(key, key + "2"));
    states.delete(null, key);
    states.save(null, key, null);
    assertThat(Map.of("set", raw.callsOf("set"), "get", raw.callsOf("get")))
        .isEqualTo(Map.of("set", 1L, "get", 3L));
    assertThat(Map.of("getdel", raw.callsOf("getdel"), "del", raw.callsOf("del")))
        .isEqualTo(Map.of("getdel", 1L, "del", 1L));
  }

  /** A second attempt would answer that there was nothing, and the state would be lost. */
  @Test
  void delete_replyLost_isAnErrorAndNotTried() {
    states.save(null, key, 1);
    proxy.loseReplyTo("GETDEL");
    assertFails(() -> states.delete(TRACE, key), ConnectionException.class);
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.callsOf("getdel")).isOne();
  }

  @Test
  void save_connectionsCut_isTriedAgain() {
    states.save(null, key, 1);
    proxy.cut();
    states.save(null, key, 2);
    assertThat(raw.text(key)).isEqualTo("2");
  }
}
