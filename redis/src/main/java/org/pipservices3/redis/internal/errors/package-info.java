/**
 * The errors of the module: what happened, where, and what to do. {@link Errors} makes them, and
 * {@link TemporaryErrors} lists the answers after which a command may run later. Uses no other
 * package.
 */
@NullMarked
package org.pipservices3.redis.internal.errors;

import org.jspecify.annotations.NullMarked;
