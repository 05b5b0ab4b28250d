/** That nothing secret shows, and that nothing unreviewed comes along. */
@NullMarked
package org.pipservices3.redis.security;

import org.jspecify.annotations.NullMarked;
