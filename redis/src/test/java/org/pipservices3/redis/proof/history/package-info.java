/**
 * What happened in a run under faults, and the rules that it must keep: nothing here knows how the
 * run was made.
 */
@NullMarked
package org.pipservices3.redis.proof.history;

import org.jspecify.annotations.NullMarked;
