package org.pipservices3.redis.internal.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.ICredentialStore;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * Finds the credentials of one configuration, in its sections or in the container's credential
 * stores, which may renew them.
 *
 * <p>Stores are found under the kind that factories register, {@code credential-store}, as well as
 * under the one that the toolkit's own resolver looks for.
 */
public record CredentialSource(
    @Nullable String correlationId, ConfigParams config, @Nullable IReferences references) {
  private static final List<String> STORE_KINDS = List.of("credential-store", "credential_store");
  private static final String SERVERS = "credential";
  private static final String SENTINELS = "sentinel_credential";

  /** The user and password for the servers, without those of a URI. Empty if there are none. */
  CredentialParams servers() throws ApplicationException {
    return find(SERVERS);
  }

  /** The user and password for the sentinels. Empty if there are none. */
  CredentialParams sentinels() throws ApplicationException {
    return find(SENTINELS);
  }

  /** Those of a server, with what its URI says. */
  public Credentials ofServers(Endpoint first, CompositeLogger logger, int timeout) {
    return credentials(first.username(), first.password(), lookup(SERVERS, logger), timeout);
  }

  /** Those of the sentinels. */
  public Credentials ofSentinels(CompositeLogger logger, int timeout) throws ApplicationException {
    CredentialParams now = sentinels();
    return credentials(
        Credentials.given(now.getUsername(), null),
        Credentials.given(now.getPassword(), null),
        lookup(SENTINELS, logger),
        timeout);
  }

  /** Shows nothing of the configuration, which has the password. */
  @Override
  public String toString() {
    return "credentials";
  }

  private static Credentials credentials(
      @Nullable String user,
      @Nullable String password,
      Credentials.@Nullable Lookup lookup,
      int timeout) {
    return new Credentials(user, password, lookup, timeout, System::nanoTime);
  }

  private Credentials.@Nullable Lookup lookup(String section, CompositeLogger logger) {
    List<CredentialParams> entries = entries(section);
    if (entries.isEmpty() || !entries.stream().allMatch(CredentialParams::useCredentialStore)) {
      return null;
    }
    return () -> {
      logger.info(
          correlationId,
          "Redis refused the credentials of %s.store_key: asking the credential store again",
          section);
      try {
        return find(section);
      } catch (ApplicationException | RuntimeException e) {
        logger.warn(
            correlationId,
            "The credentials of %s.store_key stay as they are: the credential store failed with %s",
            section,
            e.getClass().getName());
        return null;
      }
    };
  }

  /** Those that are written there, or else those of the first store key. */
  private CredentialParams find(String section) throws ApplicationException {
    List<CredentialParams> entries = entries(section);
    for (CredentialParams entry : entries) {
      if (!entry.useCredentialStore()) {
        return entry;
      }
    }
    return entries.isEmpty()
        ? new CredentialParams()
        : lookUp(section + ".store_key", entries.get(0).getStoreKey());
  }

  private List<CredentialParams> entries(String section) {
    return section.equals(SERVERS)
        ? CredentialParams.manyFromConfig(config, /* configAsDefault= */ false)
        : List.of(new CredentialParams(config.getSection(section)));
  }

  private CredentialParams lookUp(String parameter, String storeKey) throws ApplicationException {
    for (ICredentialStore store : stores()) {
      CredentialParams found;
      try {
        found = store.lookup(correlationId, storeKey);
      } catch (RuntimeException e) {
        throw Errors.lookUpFailed(correlationId, parameter, "a credential store", e);
      }
      if (found != null) {
        return usable(parameter, found);
      }
    }
    throw Errors.config(correlationId, parameter, "'" + storeKey + "' is in no credential store");
  }

  /** Refuses an entry without user and password. */
  private CredentialParams usable(String parameter, CredentialParams found) throws ConfigException {
    ConfigSchema.checkFound(correlationId, parameter, found, KnownNames.CREDENTIAL, "credential.");
    if (found.getUsername() == null && found.getPassword() == null) {
      throw Errors.config(
          correlationId,
          parameter,
          "leads to an entry that has neither username nor password: store it under these names");
    }
    return found;
  }

  private List<ICredentialStore> stores() throws ReferenceException {
    List<ICredentialStore> stores = new ArrayList<>();
    if (references != null) {
      for (String kind : STORE_KINDS) {
        stores.addAll(
            references.getOptional(
                ICredentialStore.class, new Descriptor("*", kind, "*", "*", "*")));
      }
    }
    return stores;
  }
}
