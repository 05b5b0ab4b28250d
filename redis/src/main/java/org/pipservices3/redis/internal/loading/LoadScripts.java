package org.pipservices3.redis.internal.loading;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.command.Script;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.loading.LoadStore.Claim;
import org.pipservices3.redis.internal.loading.LoadStore.Expected;
import org.pipservices3.redis.internal.loading.LoadStore.Filled;

/**
 * The scripts of loads, their arguments and replies.
 *
 * <p>Each request to claim has its own token, a retry after a lost reply, too: else the earlier
 * request, if it arrives late, could take the lease again, unnoticed, after a removal. The tokens
 * of a claim and its retries differ in the last digits only, so that a retry recognises what an
 * earlier request has taken, and a late one finds that a newer one was there. A fill demands the
 * token of the request that was answered.
 */
final class LoadScripts {

  /** The key's value, or the time left of somebody's lease, or what is known of the value. */
  static final Script CLAIM =
      new Script(
          """
          local value, holder = redis.call('get', KEYS[1]), redis.call('get', KEYS[2])
          local mine = holder and string.sub(holder, 1, 32) == string.sub(ARGV[1], 1, 32)
          local found = {}
          if value then
            local rest, bound = redis.call('pttl', KEYS[1]), tonumber(ARGV[5])
            local other = ARGV[4] == '' or redis.sha1hex(value) ~= ARGV[4]
            if other or (bound >= 0 and (rest < 0 or rest > bound)) then
              if mine then redis.call('del', KEYS[2]) end
              return value
            end
            found = {rest}
          end
          if holder and ((mine and holder > ARGV[1]) or (not mine and ARGV[3] == '1')) then
            return redis.call('pttl', KEYS[2])
          end
          redis.call('set', KEYS[2], ARGV[1], 'PX', ARGV[2])
          return found
          """);

  /** 0 if the lease was not ours, 1 if the value was stored, 2 if another is there. */
  static final Script FILL =
      new Script(
          """
          local holder = redis.call('get', KEYS[2])
          if holder ~= ARGV[1] then
            if holder and string.sub(holder, 1, 32) == string.sub(ARGV[1], 1, 32) then
              redis.call('del', KEYS[2])
            end
            if ARGV[7] == '1' and redis.call('get', KEYS[1]) == ARGV[2] then return 1 end
            return 0
          end
          local value = redis.call('get', KEYS[1])
          local free = not value and ARGV[4] == ''
          if value and ARGV[4] ~= '' then
            local passed = ARGV[6] - redis.call('pttl', KEYS[2])
            local due = tonumber(ARGV[5]) < 0 and -1 or ARGV[5] - passed
            local sameEnd = math.abs(redis.call('pttl', KEYS[1]) - due) <= 5
            free = redis.sha1hex(value) == ARGV[4] and sameEnd
          end
          local result = 2
          if free then
            result = redis.pcall('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
            if result.ok then result = 1 end
          end
          redis.call('del', KEYS[2])
          return result
          """);

  static final Script RELEASE =
      new Script(
          """
          local holder = redis.call('get', KEYS[1])
          if not holder or string.sub(holder, 1, 32) ~= string.sub(ARGV[1], 1, 32) then return 0 end
          redis.call('del', KEYS[1])
          return holder == ARGV[1] and 1 or 0
          """);

  /** The tokens of a claim, one for each request. Belongs to one thread. */
  static final class Token {
    private final String claim;
    private short request;

    Token(String claim) {
      this.claim = claim;
    }

    String next() {
      request++;
      return last();
    }

    String last() {
      return claim + HexFormat.of().toHexDigits(request);
    }
  }

  private LoadScripts() {}

  static List<byte[]> claimArguments(LoadSettings settings, Token token, Expected expected) {
    return List.of(
        bytes(token.next()),
        bytes(settings.loadTimeout()),
        bytes(settings.alone() ? "1" : "0"),
        bytes(expected.sha1()),
        bytes(expected.rest()));
  }

  static Claim claimed(@Nullable Object reply, Token token, Expected expected) {
    if (reply instanceof byte[] value) {
      return new Claim(value, /* expected= */ null, token.last(), /* left= */ 0);
    }
    if (reply instanceof Long left) {
      return new Claim(/* value= */ null, /* expected= */ null, token.last(), left);
    }
    Expected found =
        reply instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Long rest
            ? new Expected(expected.sha1(), rest)
            : Expected.NOTHING;
    return new Claim(/* value= */ null, found, token.last(), /* left= */ 0);
  }

  static List<byte[]> fillArguments(
      LoadSettings settings, String token, Expected expected, byte[] json, long ttl) {
    return List.of(
        bytes(token),
        json,
        bytes(Ttl.bounded(ttl)),
        bytes(expected.sha1()),
        bytes(expected.rest()),
        bytes(settings.loadTimeout()));
  }

  static Filled filled(@Nullable Object reply) {
    long result = reply instanceof Long number ? number : 0;
    return result == 0 ? Filled.SUPERSEDED : result == 1 ? Filled.DONE : Filled.TAKEN;
  }

  static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }
}
