/**
 * The errors of the module: what happened, where, and what to do. {@link Errors} makes them, {@link
 * TemporaryErrors} lists the answers after which a command may run later, {@link Throttle} keeps
 * warnings few. Uses no other package.
 */
@NullMarked
package org.pipservices3.redis.internal.errors;

import org.jspecify.annotations.NullMarked;
