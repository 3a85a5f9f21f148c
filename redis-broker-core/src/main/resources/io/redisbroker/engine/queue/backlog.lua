-- Returns how many messages wait, are handed out, and are delayed.
return { redis.call('LLEN', queue) + redis.call('LLEN', claim), redis.call('ZCARD', leases), redis.call('ZCARD', delayed) }
