package org.pipservices3.redis.internal.loading;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.loading.LoadStore.Claim;
import org.pipservices3.redis.internal.loading.LoadStore.Expected;
import org.pipservices3.redis.internal.loading.LoadStore.Filled;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * One missing key of a {@link BulkLoad}, and how far its load is.
 *
 * <p>It joins a flight, which is another thread's or the own one. An own one is claimed, until
 * there is a value or the right to load one, and ends when it is landed.
 *
 * <p>Longer than others by accessors: it is the record that all steps of a load write to.
 *
 * <p>Belongs to the calling thread.
 */
final class BulkPart {
  /** What the owner may do. */
  enum Right {
    /** Nothing yet. */
    NONE,
    /** Load and store, while the lease is ours. */
    STORE,
    /** Load without the lease: somebody else has been loading for too long. */
    LATE,
    /** Load without the lease: Redis refuses what must be written. */
    REFUSED,
    /** Load: Redis is out. */
    OUT
  }

  private static final Object ABSENT = new Object();

  private final int place;
  private final String key;
  private final String name;
  private final String lease;
  private Miss miss;
  private int joins;
  private int misfits;
  private long joined;
  private @Nullable Flight flight; // the own one until it is landed, or another's
  private Right right = Right.NONE;
  private boolean loading;
  private @Nullable Claim claim;
  private @Nullable RedisException refusal; // of the claim or of the fill
  private @Nullable Filled filled;
  private byte @Nullable [] json;
  private long lifetime;
  private @Nullable Object value = ABSENT;
  private @Nullable RuntimeException failure; // of the value

  /**
   * Notes a key.
   *
   * @param place its index in the call
   * @param name the key with the cache's prefix
   */
  BulkPart(int place, String key, String name, String lease, Miss miss) {
    this.place = place;
    this.key = key;
    this.name = name;
    this.lease = lease;
    this.miss = miss;
  }

  int place() {
    return place;
  }

  String key() {
    return key;
  }

  String name() {
    return name;
  }

  String lease() {
    return lease;
  }

  Miss miss() {
    return miss;
  }

  /** Looked up again, it is still missing. */
  void missed(Miss again) {
    miss = again;
  }

  /** Whether the loader has left it out. */
  boolean isAbsent() {
    return value == ABSENT;
  }

  @Nullable Object value() {
    return value;
  }

  void found(@Nullable Object found) {
    value = found;
  }

  /**
   * Joins the load of the key, or begins one.
   *
   * @param most after how many loads that brought too old a value it joins none any more
   * @return whether the load is the own one
   */
  boolean join(Flights flights, Flight own, int most) {
    joined = flights.now();
    Flight known = joins < most ? flights.join(name, own) : flights.begin(own);
    flight = known == null ? own : known;
    right = Right.NONE;
    return known == null;
  }

  /** The load that it has joined or begun. */
  Flight flight() {
    return Objects.requireNonNull(flight);
  }

  /** When it joined that, by {@link Flights#now}. */
  long joined() {
    return joined;
  }

  /** What it had joined brought a value that was too old. */
  void joinedInVain() {
    joins++;
  }

  /** What the claim finds where it may load. */
  Expected wanted() {
    return new Expected(miss.sha1(), /* rest= */ -1);
  }

  void claimed(Claim reply) {
    claim = reply;
    if (reply.expected() != null) {
      right = Right.STORE;
      flight().claimed(lease, reply.token());
    }
  }

  void refused(RedisException reason) {
    refusal = reason;
  }

  /** Why the claim, later the fill, got no reply; null if it did. */
  @Nullable RedisException refusal() {
    return refusal;
  }

  /** The reply to the last claim. */
  Claim claim() {
    return Objects.requireNonNull(claim);
  }

  String token() {
    return claim().token();
  }

  /** What the fill finds where nobody has written. */
  Expected expected() {
    return Objects.requireNonNull(claim().expected());
  }

  Right right() {
    return right;
  }

  void right(Right now) {
    right = now;
    refusal = null;
  }

  /** Notes a stored value that does not fit; returns how many there were in a row. */
  int unfit(byte[] stored) {
    miss = Miss.unfit(stored);
    return ++misfits;
  }

  /** Whether its owner calls the loader. */
  boolean isLoading() {
    return loading;
  }

  void startLoading(long now) {
    loading = true;
    flight().startLoading(now);
  }

  void loaded(byte[] encoded, @Nullable Object decoded, long kept) {
    json = encoded;
    value = decoded;
    lifetime = kept;
  }

  /** Notes why there is a value that cannot be had. */
  void failed(RuntimeException reason) {
    failure = reason;
    json = null;
  }

  @Nullable RuntimeException failure() {
    return failure;
  }

  boolean isToBeStored() {
    return json != null && lifetime > 0;
  }

  byte[] json() {
    return Objects.requireNonNull(json);
  }

  long lifetime() {
    return lifetime;
  }

  void settled(Filled result, @Nullable RedisException reason) {
    filled = result;
    refusal = reason;
    right = Right.NONE;
  }

  /** The reply to the fill or the release; null if neither was sent. */
  @Nullable Filled filled() {
    return filled;
  }

  /** How it ended for those who have joined, once the loader has returned. */
  Landing landing(long loadStart, long confirmStart) {
    if (failure != null) {
      return Landing.failed(failure, confirmStart);
    }
    return json == null
        ? Landing.absent(loadStart, confirmStart)
        : Landing.loaded(json, loadStart, confirmStart);
  }

  /** Ends the own load. */
  void land(Flights flights, Landing landing) {
    flights.land(name, flight(), landing);
    flight = null;
    loading = false;
  }

  /** Whether its own load has not ended. */
  boolean isFlying() {
    return flight != null;
  }
}
