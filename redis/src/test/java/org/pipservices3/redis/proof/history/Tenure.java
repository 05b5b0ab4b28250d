package org.pipservices3.redis.proof.history;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A lock or lease from its grant on: what its holder did with it and knew of it.
 *
 * @param later the operations that name it, in the order of their begin
 */
record Tenure(Operation grant, List<Operation> later) {

  boolean isLease() {
    return grant.kind().leases();
  }

  long fence() {
    return grant.number();
  }

  long ttl() {
    return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(grant.argument()));
  }

  Optional<Operation> release() {
    return all(isLease() ? Operation.Kind.RELEASE_LEASE : Operation.Kind.RELEASE).findFirst();
  }

  Stream<Operation> all(Operation.Kind kind) {
    return later.stream().filter(each -> each.kind() == kind);
  }

  /** The last time that the lease said that it was held. */
  Optional<Operation> lastHeld() {
    return all(Operation.Kind.CHECK)
        .filter(each -> each.isOk() && each.number() > 0)
        .reduce((first, second) -> second);
  }

  /**
   * Until when the holder had the library's word that it held: a lease says so itself, and nothing
   * leads back from its no; a plain lock has its ttl, from before it was asked for.
   */
  long promisedUntil() {
    long released =
        release().filter(this::tookEffectAsHeld).map(Operation::begin).orElse(Long.MIN_VALUE);
    if (isLease()) {
      return Math.max(released, lastHeld().map(Operation::begin).orElse(Long.MIN_VALUE));
    }
    long lastSign =
        later.stream().mapToLong(Operation::begin).max().orElse(grant.end() /* killed */);
    return Math.min(release().map(Operation::begin).orElse(lastSign), grant.begin() + ttl());
  }

  /** The last proof for {@link #promisedUntil}. */
  Operation lastProof() {
    return release()
        .filter(this::tookEffectAsHeld)
        .or(this::lastHeld)
        .or(() -> later.stream().findFirst())
        .orElse(grant);
  }

  private boolean tookEffectAsHeld(Operation release) {
    return !isLease() || release.isOk();
  }
}
