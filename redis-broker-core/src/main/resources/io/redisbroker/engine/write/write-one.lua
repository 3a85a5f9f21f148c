-- Writes a message and does nothing else.
return { write(1, 1, #ARGV) }
