package org.pipservices3.redis.internal.loading;

import static org.pipservices3.redis.internal.loading.LoadScripts.CLAIM;
import static org.pipservices3.redis.internal.loading.LoadScripts.FILL;
import static org.pipservices3.redis.internal.loading.LoadScripts.RELEASE;
import static org.pipservices3.redis.internal.loading.LoadScripts.bytes;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.BulkCommands;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.command.RedisCommands.Run;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.json.ValueErrors;
import org.pipservices3.redis.internal.loading.LoadScripts.Token;

/** Sends the {@link LoadScripts}. Safe for any number of threads. */
final class RedisLoadStore implements LoadStore {
  private static final int ABANDON_MILLIS = 250;

  private final RedisCommands commands;
  private final LeaseKeys leases;
  private final String process = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  private final AtomicLong attempts = new AtomicLong();

  RedisLoadStore(RedisCommands commands, LeaseKeys leases) {
    this.commands = commands;
    this.leases = leases;
  }

  @Override
  public String leaseOf(String name) {
    return leases.of(name);
  }

  @Override
  public Claim claim(LoadCall<?> call, String lease, Expected expected) {
    Token token = newToken();
    Object reply;
    try {
      reply =
          commands.call(
              call.correlationId(),
              CLAIM,
              List.of(call.name(), lease),
              () -> LoadScripts.claimArguments(call.settings(), token, expected));
    } catch (RedisException e) {
      if (Errors.mayHaveRun(e)) {
        abandon(Map.of(lease, token.last()));
      }
      throw ValueErrors.named(call.correlationId(), call.name(), e);
    }
    return LoadScripts.claimed(reply, token, expected);
  }

  private Token newToken() {
    return new Token(process + HexFormat.of().toHexDigits(attempts.getAndIncrement()));
  }

  @Override
  public Filled fill(
      LoadCall<?> call, String lease, String token, Expected expected, byte[] json, long ttl) {
    return LoadScripts.filled(
        commands.call(
            call.correlationId(),
            FILL,
            List.of(call.name(), lease),
            () -> LoadScripts.fillArguments(call.settings(), token, expected, json, ttl)));
  }

  @Override
  public Filled release(LoadCall<?> call, String lease, String token) {
    Long ended = commands.run(call.correlationId(), RELEASE, List.of(lease), List.of(bytes(token)));
    return ended != null && ended > 0 ? Filled.DONE : Filled.SUPERSEDED;
  }

  @Override
  public void claimAll(
      @Nullable String correlationId, LoadSettings settings, List<BulkPart> parts) {
    List<Token> tokens = parts.stream().map(part -> newToken()).toList();
    List<BulkCommands.Run> runs = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      BulkPart part = parts.get(i);
      Token token = tokens.get(i);
      runs.add(
          new BulkCommands.Run(
              List.of(part.name(), part.lease()),
              () -> LoadScripts.claimArguments(settings, token, part.wanted())));
    }
    BulkCommands.Replies replies = commands.bulk().call(correlationId, CLAIM, runs);
    Map<String, String> unknown = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      BulkPart part = parts.get(i);
      RedisException failure = replies.failure(i);
      if (failure == null) {
        part.claimed(LoadScripts.claimed(replies.reply(i), tokens.get(i), part.wanted()));
        continue;
      }
      if (Errors.mayHaveRun(failure)) {
        unknown.put(part.lease(), tokens.get(i).last());
      }
      part.refused(ValueErrors.named(correlationId, part.name(), failure));
    }
    abandon(unknown);
  }

  @Override
  public void settleAll(
      @Nullable String correlationId, LoadSettings settings, List<BulkPart> parts) {
    List<BulkPart> fills = parts.stream().filter(BulkPart::isToBeStored).toList();
    BulkCommands.Replies replies =
        commands
            .bulk()
            .call(correlationId, FILL, fills.stream().map(part -> fill(settings, part)).toList());
    for (int i = 0; i < fills.size(); i++) {
      fills.get(i).settled(LoadScripts.filled(replies.reply(i)), replies.failure(i));
    }
    releaseAll(correlationId, parts.stream().filter(part -> !part.isToBeStored()).toList());
  }

  @Override
  public void releaseAll(@Nullable String correlationId, List<BulkPart> parts) {
    BulkCommands.Replies replies =
        commands
            .bulk()
            .call(correlationId, RELEASE, parts.stream().map(RedisLoadStore::release).toList());
    for (int i = 0; i < parts.size(); i++) {
      boolean wasOurs = replies.reply(i) instanceof Long count && count > 0;
      parts.get(i).settled(wasOurs ? Filled.DONE : Filled.SUPERSEDED, replies.failure(i));
    }
  }

  private static BulkCommands.Run fill(LoadSettings settings, BulkPart part) {
    return new BulkCommands.Run(
        List.of(part.name(), part.lease()),
        () ->
            LoadScripts.fillArguments(
                settings, part.token(), part.expected(), part.json(), part.lifetime()));
  }

  private static BulkCommands.Run release(BulkPart part) {
    return new BulkCommands.Run(List.of(part.lease()), () -> List.of(bytes(part.token())));
  }

  @Override
  public void abandon(Map<String, String> tokensByLease) {
    Map<Object, List<Run>> byServer = new HashMap<>();
    tokensByLease.forEach(
        (lease, token) ->
            byServer
                .computeIfAbsent(commands.serverOf(lease), unused -> new ArrayList<>())
                .add(
                    new Run(
                        /* correlationId= */ null,
                        RELEASE,
                        List.of(lease),
                        List.of(bytes(token)),
                        /* retry= */ false)));
    int timeout = Math.min(ABANDON_MILLIS, commands.commandTimeout());
    byServer.forEach((server, runs) -> commands.runAll(server, runs, timeout, /* replicas= */ 0));
  }
}
