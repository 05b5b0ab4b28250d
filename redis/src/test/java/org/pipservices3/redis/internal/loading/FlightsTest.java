package org.pipservices3.redis.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.internal.lookup.Miss;

/** Who joins which load, and who may have its value. */
class FlightsTest {
  private static final long LONG = 60_000;
  private static final String KEY = "key";
  private static final byte[] JSON = {'1'};

  private final Flights flights = new Flights();
  private final Flight first = flight(LONG);

  private static Flight flight(long loadTimeout) {
    return new Flight(Object.class, loadTimeout);
  }

  @Test
  void join_noneUnderWay_isTheOwn() {
    assertThat(flights.join(KEY, first)).isNull();
    assertThat(flights.join("other", flight(LONG))).isNull();
    assertThat(flights.join(KEY, flight(LONG))).isSameAs(first);
  }

  @Test
  void join_manyKeys_takesLessThan400BytesForEach() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int count = 10_000;
    String[] names = new String[count];
    Arrays.setAll(names, i -> KEY + i);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (String name : names) {
      Flight flight = flight(LONG);
      flights.join(name, flight);
      flight.claimed("load:{" + name + "}", name + "-a-token-of-thirty-two-hex-digits");
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / count).isLessThan(400);
  }

  @Test
  void join_afterLandingOrAWrite_isTheOwn() {
    flights.join(KEY, first);
    flights.land(KEY, first, Landing.ABANDONED);
    Flight second = flight(LONG);
    assertThat(flights.join(KEY, second)).isNull();
    flights.land(KEY, first, Landing.ABANDONED);
    assertThat(flights.join(KEY, flight(LONG))).as("a late landing of another").isSameAs(second);
    flights.forget(KEY, first);
    assertThat(flights.join(KEY, flight(LONG))).isSameAs(second);
    flights.forget(KEY);
    assertThat(flights.join(KEY, flight(LONG))).isNull();
    flights.forgetAll(KEY::equals);
    assertThat(flights.join(KEY, flight(LONG))).isNull();
  }

  @Test
  void join_loaderHasTakenTooLong_isTheOwn() {
    flights.join(KEY, first);
    first.startLoading(System.nanoTime() - 61_000_000_000L);
    assertThat(flights.join(KEY, flight(LONG))).isNull();
  }

  @Test
  void join_waitingForAnotherProcess_takesNoTimeOfTheLoader() {
    Flight brief = flight(0);
    flights.join(KEY, brief);
    assertThat(flights.join(KEY, flight(LONG))).isSameAs(brief);
    brief.startLoading(System.nanoTime());
    assertThat(flights.join(KEY, flight(LONG))).isNull();
  }

  @Test
  void await_landed_givesTheResultToAll() throws Exception {
    flights.join(KEY, first);
    Background<Landing> waiting = Background.call(() -> first.await(Long.MAX_VALUE));
    waiting.awaitSleep();
    Landing landing = Landing.found(JSON, flights.tick());
    flights.land(KEY, first, landing);
    assertThat(waiting.result()).isSameAs(landing);
    assertThat(first.await(Long.MAX_VALUE)).isSameAs(landing);
  }

  @Test
  void await_loaderTakesTooLong_isNull() throws Exception {
    Flight brief = flight(50);
    Background<Boolean> waiting = Background.call(() -> brief.await(Long.MAX_VALUE) == null);
    waiting.awaitSleep();
    brief.startLoading(System.nanoTime());
    assertThat(waiting.result()).isTrue();
  }

  @Test
  void serves_loadedLaterThanTheCall_orConfirmedLater() {
    long before = flights.now();
    long loadStart = flights.tick();
    long during = flights.now();
    long confirmStart = flights.tick();
    long after = flights.now();
    Landing confirmed = Landing.loaded(JSON, loadStart, confirmStart);
    assertThat(confirmed.serves(before, Miss.NONE)).isTrue();
    assertThat(confirmed.serves(during, Miss.NONE)).isTrue();
    assertThat(confirmed.serves(after, Miss.NONE)).isFalse();
    Landing unconfirmed = Landing.loaded(JSON, loadStart, 0);
    assertThat(unconfirmed.serves(before, Miss.NONE)).isTrue();
    assertThat(unconfirmed.serves(during, Miss.NONE)).isFalse();
    Landing withoutRedis = unconfirmed.withoutRedis();
    assertThat(withoutRedis.serves(during, Miss.NONE)).isFalse();
    assertThat(withoutRedis.serves(during, Miss.OUT)).as("neither could ask").isTrue();
    Landing found = Landing.found(JSON, confirmStart);
    assertThat(found.serves(during, Miss.NONE)).isTrue();
    assertThat(found.serves(after, Miss.NONE)).isFalse();
  }

  @Test
  void close_anyFlight_endsTheWaitingAlsoForForgottenAndLaterOnes() throws Exception {
    flights.join(KEY, first);
    flights.forget(KEY);
    Flight alone = flight(LONG);
    flights.begin(alone);
    assertThat(flights.close()).containsExactlyInAnyOrder(first, alone);
    assertThat(flights.isClosed()).isTrue();
    Flight late = flight(LONG);
    assertThat(flights.join(KEY, late)).isNull();
    for (Flight each : new Flight[] {first, alone, late}) {
      Landing landing = each.await(0);
      assertThat(landing).isNotNull();
      assertThat(landing.kind()).isEqualTo(Landing.Kind.CLOSED);
    }
  }
}
