package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.JedisClusterCRC16;

class LockScriptsTest {

  @ParameterizedTest
  @CsvSource({
    "a, {a}:fence",
    "orders:17, {orders:17}:fence",
    "{user}:17, {user}:17:fence",
    "a{user}b, a{user}b:fence",
    "a{b}{c}, a{b}{c}:fence",
    "a{{b}, a{{b}:fence",
    "ключ, {ключ}:fence",
  })
  void fenceOf_key_isInTheSameSlot(String key, String expected) {
    String fence = LockScripts.fenceOf(key);
    assertThat(fence).isEqualTo(expected);
    assertThat(JedisClusterCRC16.getSlot(fence)).isEqualTo(JedisClusterCRC16.getSlot(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a}b", "{}a", "}{a", "a{}b{c}", "}", "{}", "{}{x}"})
  void fenceOf_keyWithBracesButNoTag_isAnotherKeyInTheSameSlot(String key) {
    String fence = LockScripts.fenceOf(key);
    assertThat(fence).isNotEqualTo(key).endsWith("}" + key + ":fence");
    assertThat(JedisClusterCRC16.getSlot(fence)).isEqualTo(JedisClusterCRC16.getSlot(key));
    assertThat(LockScripts.fenceOf(key)).isEqualTo(fence);
  }

  @Test
  void fenceOf_keyWithOpenBrace_becomesTheTag() {
    assertThat(LockScripts.fenceOf("a{b")).isEqualTo("{a{b}:fence");
    assertThat(JedisClusterCRC16.getSlot("{a{b}:fence"))
        .isEqualTo(JedisClusterCRC16.getSlot("a{b"));
  }
}
