-- Of a county's re-validations one goes on at a time. Where two were started at once the newest goes on.
WITH ended AS (
    UPDATE validation_run r SET state = 'cancelled', finished_at = now()
    WHERE state IN ('waiting', 'running')
      AND EXISTS (SELECT FROM validation_run n WHERE n.county_id = r.county_id AND n.id > r.id AND n.state IN ('waiting', 'running'))
    RETURNING county_id, job_id)
UPDATE job j SET state = 'done', message = '已取消', finished_at = now()
FROM ended e WHERE j.county_id = e.county_id AND j.id = e.job_id;
CREATE UNIQUE INDEX validation_run_going ON validation_run (county_id) WHERE state IN ('waiting', 'running');
