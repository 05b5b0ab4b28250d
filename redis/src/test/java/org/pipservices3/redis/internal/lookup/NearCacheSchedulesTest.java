package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Schedules;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/**
 * Reads, writes, invalidations, flushes and losses of the connection, in every order of their
 * steps.
 *
 * <p>Every write stores a higher number. An own write is over when its entry is dropped, another's
 * when its invalidation was handled. From then on no entry may have a lower number. This is checked
 * after every step, and for what a read returns.
 */
@Timeout(60)
class NearCacheSchedulesTest {
  private static final String KEY = "key";
  private static final Schedules SCHEDULES = new Schedules();

  /** What a thread does. */
  private enum Role {
    READ,
    WRITE,
    WRITE_ELSEWHERE,
    FLUSH,
    LOSE_CONNECTION
  }

  @AfterAll
  static void stop() {
    SCHEDULES.close();
  }

  /** Two reads or more beside each other action; in the thorough build beside each two. */
  static Stream<List<Role>> threads() {
    List<List<Role>> all = new ArrayList<>();
    for (Role first : Role.values()) {
      all.add(List.of(Role.READ, first));
      for (Role second : Role.values()) {
        if (second.compareTo(first) >= 0 && (Scale.isThorough() || first == Role.READ)) {
          all.add(List.of(Role.READ, first, second));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void readsAndChanges_inEveryOrder_neverLeaveAnEntryOfAnEarlierWrite(List<Role> threads) {
    for (boolean kept : new boolean[] {false, true}) {
      assertThat(SCHEDULES.tryAll(new OneKey(threads, kept))).isGreaterThan(1);
    }
  }

  /** One key on a server that reports its changes as Redis does, and a near cache with it. */
  private static final class OneKey implements Schedules.Round {
    private final List<Role> roles;
    private final boolean kept;
    private Server server = new Server();
    private NearCache near = near(server);

    /**
     * A key and what happens to it.
     *
     * @param kept whether there is an entry at the beginning
     */
    OneKey(List<Role> roles, boolean kept) {
      this.roles = roles;
      this.kept = kept;
    }

    private static NearCache near(Server server) {
      Runnable step = SCHEDULES::step;
      NearCache near =
          new NearCache(
              server,
              10,
              10_000,
              step,
              () -> {
                SCHEDULES.step();
                return 0;
              });
      server.near = near;
      return near;
    }

    @Override
    public List<Runnable> begin() {
      server = new Server();
      near = near(server);
      if (kept) {
        read();
      }
      return roles.stream().map(this::action).toList();
    }

    @Override
    public void check() {
      NearEntry entry = near.get(KEY);
      if (entry != null) {
        assertThat((int) entry.decoded()).as("entry").isGreaterThanOrEqualTo(server.over);
      }
    }

    private Runnable action(Role role) {
      return switch (role) {
        case READ -> this::read;
        case WRITE -> this::write;
        case WRITE_ELSEWHERE -> server::writeElsewhere;
        case FLUSH -> server::flush;
        case LOSE_CONNECTION -> server::loseConnection;
      };
    }

    private void read() {
      int over = server.over;
      NearEntry entry = near.get(KEY);
      if (entry != null) {
        assertThat((int) entry.decoded()).as("read").isGreaterThanOrEqualTo(over);
        return;
      }
      NearCache.Fill fill = near.fill(KEY);
      byte[] value = fill.value();
      if (value != null) {
        assertThat((int) value[0]).as("read").isGreaterThanOrEqualTo(over);
        fill.keep((int) value[0]);
      }
    }

    private void write() {
      int number = server.set();
      SCHEDULES.step();
      near.drop(KEY);
      server.over = Math.max(server.over, number);
    }
  }

  /** The server's side of the key, and the tracking connection. */
  private static final class Server extends FakeTracking {
    private NearCache near;
    private int number = 1;
    private int over; // the last write that is over
    private boolean watched;
    private boolean reported;
    private @Nullable AtomicBoolean connection = new AtomicBoolean(true);

    int set() {
      number++;
      reported |= watched;
      watched = false;
      return number;
    }

    @Override
    public @Nullable Reading read(String key) {
      AtomicBoolean current = connection;
      if (current == null) {
        return null;
      }
      watched = true;
      byte value = (byte) number;
      deliver();
      SCHEDULES.step();
      return reading(new byte[] {value}, current::get);
    }

    private void deliver() {
      if (reported) {
        reported = false;
        near.changed(KEY);
      }
    }

    void writeElsewhere() {
      int written = set();
      SCHEDULES.step();
      boolean own = reported;
      deliver();
      if (own) {
        over = Math.max(over, written);
      }
    }

    void flush() {
      int flushed = set();
      reported = false;
      SCHEDULES.step();
      near.everythingChanged();
      over = Math.max(over, flushed);
    }

    void loseConnection() {
      AtomicBoolean lost = connection;
      if (lost == null) {
        return; // it is lost already
      }
      lost.set(false);
      connection = null;
      watched = false;
      reported = false;
      SCHEDULES.step();
      near.everythingChanged();
      over = number;
      SCHEDULES.step();
      connection = new AtomicBoolean(true);
      near.everythingChanged();
    }
  }
}
