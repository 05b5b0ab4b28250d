package org.pipservices3.redis.examples;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.commons.run.IClosable;
import org.pipservices3.container.Container;
import org.pipservices3.redis.build.DefaultRedisFactory;
import org.pipservices3.redis.cache.RedisCache;

/**
 * RedisTutorialService is a container with the components of {@code config/config.yml} and the
 * factory of the Redis components.
 */
public final class RedisTutorialService extends Container {
  private static final String CONFIG = "/config/config.yml";

  private @Nullable IReferences components;

  /** Creates the service; call {@link #configure(String)} and open next. */
  public RedisTutorialService() {
    super("redis-tutorial", "Walks through the cache and the lock that keep their data in Redis");
    addFactory(new DefaultRedisFactory());
    addFactory(new TutorialFactory());
  }

  /**
   * Reads the components from the class path, wherever the process was started.
   *
   * @param redisUri replaces {@code {{REDIS_SERVICE_URI}}}
   */
  void configure(String redisUri) throws ApplicationException, IOException {
    Path file = Files.createTempFile("redis-tutorial-", ".yml");
    try (InputStream config = RedisTutorialService.class.getResourceAsStream(CONFIG)) {
      if (config == null) {
        throw new FileNotFoundException("The class path has no " + CONFIG);
      }
      Files.copy(config, file, StandardCopyOption.REPLACE_EXISTING);
      readConfigFromFile(
          "tutorial", file.toString(), ConfigParams.fromTuples("REDIS_SERVICE_URI", redisUri));
    } finally {
      Files.delete(file);
    }
  }

  /** {@inheritDoc} */
  @Override
  public void setReferences(IReferences references) {
    components = references;
  }

  /** Opens all components or none: a plain container leaves some open if one fails. */
  @Override
  public void open(String correlationId) throws ApplicationException {
    try {
      super.open(correlationId);
    } catch (ApplicationException | RuntimeException e) {
      closeWhatOpened(correlationId, e);
      throw e;
    }
  }

  RedisCache cache() throws ReferenceException {
    return getReferences().getOneRequired(RedisCache.class, Descriptors.CACHE);
  }

  /** What the example shows, in its order. */
  List<Step> steps() throws ReferenceException {
    List<Step> steps = new ArrayList<>();
    for (Descriptor each : Descriptors.STEPS) {
      steps.add(getReferences().getOneRequired(Step.class, each));
    }
    return steps;
  }

  private void closeWhatOpened(String correlationId, Exception failure) {
    if (components == null) {
      return;
    }
    for (Object component : components.getAll()) {
      if (component instanceof IClosable closable) {
        try {
          closable.close(correlationId);
        } catch (ApplicationException | RuntimeException e) {
          failure.addSuppressed(e);
        }
      }
    }
  }
}
