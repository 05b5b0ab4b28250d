package org.pipservices3.redis.benchmarks.contender;

import glide.api.GlideClient;
import glide.api.models.commands.SetOptions;
import glide.api.models.configuration.GlideClientConfiguration;
import glide.api.models.configuration.NodeAddress;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** GlideCache is Valkey GLIDE: a core in Rust with one connection for all callers. */
final class GlideCache implements CacheClient {
  private static final SetOptions LIFETIME =
      SetOptions.builder().expiry(SetOptions.Expiry.Milliseconds(LIFETIME_MILLIS)).build();

  private final GlideClient client;

  GlideCache(Address redis) throws ExecutionException, InterruptedException {
    NodeAddress node = NodeAddress.builder().host(redis.host()).port(redis.port()).build();
    client =
        GlideClient.createClient(GlideClientConfiguration.builder().address(node).build()).get();
  }

  /** Its core comes for Linux on x86-64 here. */
  static boolean isAvailable() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  @Override
  public @Nullable String get(String key) {
    return client.get(key).join();
  }

  @Override
  public void set(String key, String value) {
    client.set(key, value, LIFETIME).join();
  }

  @Override
  public void delete(String key) {
    client.del(new String[] {key}).join();
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
