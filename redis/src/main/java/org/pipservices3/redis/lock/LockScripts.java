package org.pipservices3.redis.lock;

import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.command.Script;

/**
 * The lock's Lua scripts, and the key of a fencing counter.
 *
 * <p>The last argument of a script is {@code '1'} if an earlier attempt may have run whose reply
 * was lost. Acquiring then accepts its own token. Releasing then takes a missing token for the work
 * of the earlier attempt.
 *
 * <p>An extension changes nothing if the key holds a higher generation of its token: see {@link
 * Tokens}. A release removes any generation.
 *
 * <p>Fencing tokens are a hybrid logical clock: each is the last one plus 1, or the server's time
 * in microseconds if that is higher. They rise strictly while Redis keeps their counter, whatever
 * its clock does. If the counter is lost, they go on rising as long as the clocks of the servers of
 * the last and the next token differ by less than the time between the two. So the counter may
 * expire; every acquisition and renewal delays that, so it exists as long as a lease is held. The
 * script compares texts, since Lua's numbers are exact up to 2^53 only.
 */
final class LockScripts {
  static final Script ACQUIRE_FENCED =
      new Script(
          """
          local holder = redis.call('get', KEYS[1])
          if holder and holder ~= ARGV[1] then return nil end
          if holder then
            local fence = redis.call('get', KEYS[2])
            if fence then return fence end
          end
          local raised = redis.pcall('incr', KEYS[2])
          if type(raised) == 'table' then
            return redis.error_reply(
              raised.err .. ' at the fencing counter ' .. KEYS[2] .. ': remove what is there')
          end
          local fence = redis.call('get', KEYS[2])
          local time = redis.call('time')
          local now = time[1] .. string.format('%06d', time[2])
          if raised < 0 or #fence < #now or (#fence == #now and fence < now) then fence = now end
          redis.call('set', KEYS[2], fence, 'PX', ARGV[3])
          redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
          return fence
          """);

  static final Script EXTEND =
      new Script(
          """
          local held = redis.call('get', KEYS[1])
          if not held or string.sub(held, 1, 24) ~= string.sub(ARGV[1], 1, 24) or held > ARGV[1] then
            return 0
          end
          redis.call('pexpire', KEYS[2], ARGV[3])
          if held == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
          redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
          return 1
          """);

  static final Script RELEASE =
      new Script(
          """
          local held = redis.call('get', KEYS[1])
          if held and string.sub(held, 1, 24) == string.sub(ARGV[1], 1, 24) then
            return redis.call('del', KEYS[1])
          end
          if ARGV[2] == '1' then return 2 end
          return 0
          """);

  private LockScripts() {}

  /**
   * The key of a fencing counter, in the same slot of a cluster as the lock's key.
   *
   * <p>Redis takes the text between the first <code>{</code> and the next <code>}</code> for the
   * key's hash tag, if it is not empty, else the whole key. So a key with a tag keeps it, and any
   * other becomes the tag. If such a key has a <code>}</code> (<code>a}b</code>, <code>{}a</code>),
   * which would end the tag early, its tag is a number that lies in its slot.
   */
  static String fenceOf(String key) {
    int open = key.indexOf('{');
    boolean tagged = open >= 0 && key.indexOf('}', open) > open + 1;
    if (tagged) {
      return key + ":fence";
    }
    return key.indexOf('}') < 0
        ? "{" + key + "}:fence"
        : "{" + RedisCommands.tagOf(key) + "}" + key + ":fence";
  }
}
