package org.pipservices3.redis.examples;

import org.pipservices3.components.build.Factory;

/** TutorialFactory creates the service's own components by their descriptors. */
final class TutorialFactory extends Factory {
  TutorialFactory() {
    register(Descriptors.CONTROLLER, locator -> new TutorialController());
    register(Descriptors.PROGRESS, locator -> new Progress());
    register(Descriptors.NEAR_HITS, locator -> new NearHits());
    register(Descriptors.COUNTER_RACE, locator -> new CounterRace());
    register(Descriptors.WOKEN_BY_PROCESS, locator -> new WokenByProcess());
    register(Descriptors.LOST_LEASE, locator -> new LostLease());
    register(Descriptors.LOAD_RACE, locator -> new LoadRace());
    register(Descriptors.OUTAGE, locator -> new Outage());
  }
}
