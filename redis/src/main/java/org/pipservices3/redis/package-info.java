/** Redis cache and lock for Pip.Services: what both components share with their users. */
@NullMarked
package org.pipservices3.redis;

import org.jspecify.annotations.NullMarked;
