/**
 * What caches, locks and state stores have in common: configuration, references and a connection.
 * {@link Connector} gives them the connection, which is a {@link SharedConnection}. Uses {@code
 * command}, {@code tracking}, {@code config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.component;

import org.jspecify.annotations.NullMarked;
