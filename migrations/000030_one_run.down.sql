DROP INDEX validation_run_going;
