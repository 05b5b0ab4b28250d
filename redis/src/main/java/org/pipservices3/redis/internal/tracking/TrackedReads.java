package org.pipservices3.redis.internal.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.pipeline.BatchBounds;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import org.pipservices3.redis.internal.tracking.KeyTracking.Reading;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Reads many values over tracking connections, in bounded batches: on each connection a batch is
 * under way while the caller waits for those on the others.
 *
 * <p>What cannot be read here for whatever reason (a redirect, an error, a lost connection, a value
 * known to be too large) is left out. Its caller reads it without tracking, which also finds out
 * why. Nothing is retried here.
 *
 * <p>Belongs to the calling thread.
 */
final class TrackedReads {

  /** The reads over one connection. */
  private static final class Lane {
    private final TrackingConnection connection;
    private final BatchBounds bounds;
    private final List<Integer> places = new ArrayList<>();
    private final List<CommandArguments> reads = new ArrayList<>();
    private int from;
    private int end;
    private @Nullable Reply reply; // to what is under way

    Lane(TrackingConnection connection, BatchBounds bounds) {
      this.connection = connection;
      this.bounds = bounds;
    }

    boolean isEmpty() {
      return end == reads.size();
    }

    /** Sends the next batch, a value and its lifetime for each key. */
    void send() {
      from = end;
      end = bounds.end(reads, from);
      CommandArguments[] commands = new CommandArguments[2 * (end - from)];
      for (int i = from; i < end; i++) {
        CommandArguments read = reads.get(i);
        commands[2 * (i - from)] = read;
        commands[2 * (i - from) + 1] = new CommandArguments(Command.PTTL).add(read.get(1).getRaw());
      }
      try {
        reply = connection.send(commands);
      } catch (JedisConnectionException e) {
        end = reads.size();
      }
    }

    /** Waits for the replies to what was sent. */
    void receive(@Nullable Reading[] readings) {
      Reply awaited = reply;
      if (awaited == null) {
        return;
      }
      reply = null;
      try {
        @Nullable Object[] results = connection.receive(awaited);
        @Nullable Object[] values = new @Nullable Object[end - from];
        for (int i = 0; i < values.length; i++) {
          values[i] = results[2 * i];
          readings[places.get(from + i)] =
              KeyTracking.reading(values[i], results[2 * i + 1], connection);
        }
        bounds.received(reads.subList(from, end), values);
      } catch (JedisConnectionException e) {
        end = reads.size();
      }
    }
  }

  private final Topology topology;
  private final Function<Node, @Nullable TrackingConnection> connections;

  TrackedReads(Topology topology, Function<Node, @Nullable TrackingConnection> connections) {
    this.topology = topology;
    this.connections = connections;
  }

  /** The readings in the order of the keys, null for what could not be read. */
  @Nullable Reading[] read(List<String> keys) {
    @Nullable Reading[] readings = new @Nullable Reading[keys.size()];
    List<Lane> lanes = lanes(keys);
    while (!lanes.isEmpty()) {
      lanes.forEach(Lane::send);
      lanes.forEach(lane -> lane.receive(readings));
      lanes.removeIf(Lane::isEmpty);
    }
    return readings;
  }

  private List<Lane> lanes(List<String> keys) {
    Map<Node, Lane> lanes = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      CommandArguments read = new CommandArguments(Command.GET).add(keys.get(i).getBytes(UTF_8));
      Lane lane = lane(keys.get(i), read, lanes);
      if (lane != null) {
        lane.places.add(i);
        lane.reads.add(read);
      }
    }
    return new ArrayList<>(lanes.values());
  }

  private @Nullable Lane lane(String key, CommandArguments read, Map<Node, Lane> lanes) {
    try {
      Node node = topology.nodeOf(key);
      TrackingConnection connection = connections.apply(node);
      return connection == null || node.isTooLarge(read)
          ? null
          : lanes.computeIfAbsent(node, unused -> new Lane(connection, node.batchBounds()));
    } catch (JedisConnectionException e) {
      return null;
    }
  }
}
