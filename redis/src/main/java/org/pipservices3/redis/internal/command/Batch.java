package org.pipservices3.redis.internal.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.RedisCommands.Outcome;
import org.pipservices3.redis.internal.command.RedisCommands.Run;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import org.pipservices3.redis.internal.pipeline.Call;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One attempt to run commands on several keys of one server, as one pipeline.
 *
 * <p>Nothing is retried here: that is up to the caller. The attempt has a timeout of its own, after
 * which the connection is abandoned; the next attempt goes over another. If that times out as well,
 * all connections are opened anew: they may have been lost in silence.
 *
 * <p>Each command has its own outcome. A command whose key belongs to another server by now is not
 * sent there, which may hang: its caller tries again where it belongs. Only to a server that is
 * just taking a slot over (ASK) the command follows at once, in what is left of the time.
 *
 * <p>Belongs to the calling thread.
 */
final class Batch {
  private static final CommandArguments ASKING = new CommandArguments(Command.ASKING);

  private final Topology topology;
  private final List<Run> runs;
  private final List<Request> requests;
  private final @Nullable Confirmation confirmation;
  private final long deadline;
  private final Outcome[] outcomes;
  private final Map<Node, List<Integer>> asked = new HashMap<>();
  private boolean enough; // whether as many replicas as wanted have confirmed

  /** Creates a batch of runs and the request for each. */
  Batch(
      Topology topology,
      List<Run> runs,
      List<Request> requests,
      int timeoutMillis,
      @Nullable Confirmation confirmation) {
    this.topology = topology;
    this.runs = runs;
    this.requests = requests;
    this.confirmation = confirmation;
    this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.outcomes = new Outcome[runs.size()];
    this.enough = confirmation == null;
  }

  /** Sends them and returns what became of each, in this order. */
  List<Outcome> send(Object server) {
    List<Integer> here = new ArrayList<>();
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = elsewhere();
      try {
        if (topology.nodeOf(requests.get(i).key()) == server) {
          here.add(i);
        }
      } catch (JedisConnectionException e) {
        topology.lost(null, e);
        outcomes[i] = unreachable(i, topology.name(), e);
      }
    }
    if (!here.isEmpty()) {
      send((Node) server, here, /* asking= */ false);
    }
    asked.forEach((target, places) -> send(target, places, /* asking= */ true));
    return List.of(outcomes);
  }

  private void send(Node node, List<Integer> places, boolean asking) {
    Confirmation wanted = asking ? null : confirmation;
    List<CommandArguments> commands = new ArrayList<>();
    for (int place : places) {
      if (asking) {
        commands.add(ASKING);
      }
      commands.add(requests.get(place).first());
    }
    List<CommandArguments> rest = commands.subList(1, commands.size());
    Call call = new Call(commands.get(0), rest, /* wakesOthers= */ false, timeLeft());
    try {
      Object result =
          wanted == null ? node.execute(call) : node.executeConfirmed(call, wanted.command());
      @Nullable Object[] replies =
          result instanceof Object[] several ? several : new @Nullable Object[] {result};
      if (wanted != null) {
        enough = wanted.isGivenBy(replies[replies.length - 1]);
      }
      int step = asking ? 2 : 1;
      for (int i = 0; i < places.size(); i++) {
        answered(node, places.get(i), replies[i * step + step - 1]);
      }
    } catch (JedisDataException answer) {
      places.forEach(place -> answered(node, place, answer));
    } catch (JedisException e) {
      unanswered(node, places, e);
    }
  }

  private void answered(Node node, int place, @Nullable Object reply) {
    if (!(reply instanceof JedisDataException answer)) {
      outcomes[place] =
          new Outcome((Long) reply, enough, /* failure= */ null, /* elsewhere= */ false);
      return;
    }
    Node target = topology.redirect(node, answer);
    if (target != null && answer instanceof JedisAskDataException && !isAsked(place)) {
      asked.computeIfAbsent(target, unused -> new ArrayList<>()).add(place);
      outcomes[place] = refused(node, place, answer);
    } else if (target != null) {
      outcomes[place] = elsewhere();
    } else {
      boolean passing = TemporaryErrors.includes(answer) || topology.isPassing(answer);
      if (passing && !TemporaryErrors.isOverload(answer)) {
        topology.lost(node, answer);
      }
      outcomes[place] = refused(node, place, answer);
    }
  }

  private boolean isAsked(int place) {
    return asked.values().stream().anyMatch(places -> places.contains(place));
  }

  private void unanswered(Node node, List<Integer> places, JedisException failure) {
    boolean again = places.stream().anyMatch(place -> runs.get(place).retry());
    if (again && Errors.isTimeout(failure)) {
      node.distrust();
    }
    topology.lost(node, failure);
    for (int place : places) {
      outcomes[place] = unreachable(place, node.toString(), failure);
    }
  }

  private int timeLeft() {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  private static Outcome elsewhere() {
    return new Outcome(/* reply= */ null, /* enough= */ false, /* failure= */ null, true);
  }

  private static Outcome failed(RedisException failure) {
    return new Outcome(/* reply= */ null, /* enough= */ false, failure, /* elsewhere= */ false);
  }

  private Outcome refused(Node node, int place, JedisDataException answer) {
    String what = requests.get(place).describeAnswered();
    return failed(Errors.answer(runs.get(place).correlationId(), what, node.toString(), answer));
  }

  private Outcome unreachable(int place, String where, JedisException failure) {
    String what = requests.get(place).describe();
    return failed(
        Errors.connection(
            runs.get(place).correlationId(), what, where, /* attempts= */ 1, failure));
  }
}
