-- What mail servers answered was kept word for word and repeats the address, which stands sealed everywhere else.
UPDATE outbox SET last_error = '' WHERE channel = 'email' AND last_error <> '';
