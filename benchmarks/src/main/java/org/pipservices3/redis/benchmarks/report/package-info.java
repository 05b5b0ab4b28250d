/** Targets, tables, JSON and charts of the measurements. */
@NullMarked
package org.pipservices3.redis.benchmarks.report;

import org.jspecify.annotations.NullMarked;
