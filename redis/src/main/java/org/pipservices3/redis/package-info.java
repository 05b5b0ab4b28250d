/** Redis cache and lock for Pip.Services: the exception of both. */
@NullMarked
package org.pipservices3.redis;

import org.jspecify.annotations.NullMarked;
