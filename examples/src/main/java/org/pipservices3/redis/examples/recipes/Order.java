package org.pipservices3.redis.examples.recipes;

/** An order as a database has it. */
public record Order(String id, int total) {}
