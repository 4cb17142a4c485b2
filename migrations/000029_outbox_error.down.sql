-- What was emptied stays empty.
SELECT;
