package org.pipservices3.redis.benchmarks.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.redis.benchmarks.contender.Address;

/**
 * DelayProxy delays every reply of a Redis server by a given time, as a longer network would. Each
 * connection has a queue of delayed replies, so a pipeline is delayed once and not per reply.
 */
public final class DelayProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final Address server;
  private final long delayNanos;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private record Chunk(ByteBuffer bytes, long due) {}

  @FunctionalInterface
  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  public DelayProxy(Address server, long delayNanos) throws IOException {
    this.server = server;
    this.delayNanos = delayNanos;
    this.listener = new ServerSocket(0, /* backlog= */ 256, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  public Address address() {
    return new Address("127.0.0.1", listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket redis = new Socket(server.host(), server.port());
      sockets.add(client);
      sockets.add(redis);
      client.setTcpNoDelay(true);
      redis.setTcpNoDelay(true);
      BlockingQueue<Chunk> replies = new LinkedBlockingQueue<>();
      start("requests", () -> forward(client, redis));
      start("replies", () -> receive(redis, replies));
      start("delayed", () -> deliver(replies, client, redis));
    }
  }

  private static void forward(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private void receive(Socket redis, BlockingQueue<Chunk> replies) throws IOException {
    byte[] buffer = new byte[CHUNK];
    InputStream in = redis.getInputStream();
    try {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        replies.add(
            new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, n)), System.nanoTime() + delayNanos));
      }
    } finally {
      replies.add(new Chunk(ByteBuffer.allocate(0), System.nanoTime()));
    }
  }

  private void deliver(BlockingQueue<Chunk> replies, Socket client, Socket redis)
      throws IOException, InterruptedException {
    try (client;
        redis) {
      OutputStream out = client.getOutputStream();
      for (Chunk next = replies.take(); next.bytes().hasRemaining(); next = replies.take()) {
        for (long rest = next.due() - System.nanoTime();
            rest > 0;
            rest = next.due() - System.nanoTime()) {
          LockSupport.parkNanos(rest);
        }
        out.write(next.bytes().array());
      }
    } finally {
      sockets.remove(client);
      sockets.remove(redis);
    }
  }

  private static void start(String name, Pump pump) {
    Thread thread =
        new Thread(
            () -> {
              try {
                pump.run();
              } catch (IOException e) {
                // One side has closed: its pumps end.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "delay-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
