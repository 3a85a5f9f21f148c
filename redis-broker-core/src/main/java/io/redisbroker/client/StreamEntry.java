package io.redisbroker.client;

/**
 * One entry of a stream as Redis returned it.
 *
 * @param stream the stream's key
 * @param id the entry's id
 * @param fields names and values in turn, as they were written; empty when the entry was
 * deleted while it was pending
 */
public record StreamEntry(String stream, String id, byte[][] fields) {
}
