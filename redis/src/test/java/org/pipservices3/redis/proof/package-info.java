/**
 * The proof under faults: processes that hammer caches and locks, a nemesis that strikes servers,
 * network and processes, and a checker for what was promised.
 */
@NullMarked
package org.pipservices3.redis.proof;

import org.jspecify.annotations.NullMarked;
