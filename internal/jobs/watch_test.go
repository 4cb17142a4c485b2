package jobs

import (
	"errors"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pgtest"
)

func TestLongWorkIsWatchedByWhoStartedIt(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	who := actor.Actor{AccountID: 3}
	id, err := Open(t.Context(), db, who, "test.long", "重新计算")
	if err != nil {
		t.Fatal(err)
	}
	if j, err := Get(t.Context(), db, who, id); err != nil || j.State != "waiting" || j.Title != "重新计算" || j.StartedAt != nil {
		t.Errorf("opened %+v, %v", j, err)
	}
	if err := Progress(t.Context(), db, 0, id, 5, 20); err != nil {
		t.Fatal(err)
	}
	if j, err := Get(t.Context(), db, who, id); err != nil || j.State != "running" || j.Done != 5 || j.Total != 20 || j.StartedAt == nil {
		t.Errorf("in work %+v, %v", j, err)
	}
	if err := Finish(t.Context(), db, 0, id, "算完了", map[string]int{"values": 7}, nil); err != nil {
		t.Fatal(err)
	}
	if j, err := Get(t.Context(), db, who, id); err != nil || j.State != "done" || string(j.Result) != `{"values": 7}` || j.FinishedAt == nil {
		t.Errorf("done %+v, %v", j, err)
	}
	if _, err := Get(t.Context(), db, actor.Actor{AccountID: 4}, id); !fault.IsNotFound(err) {
		t.Errorf("somebody else's job: %v, want not found", err)
	}
}

func TestLongWorkThatFailedSaysWhy(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	who := actor.Actor{AccountID: 3}
	id, err := Open(t.Context(), db, who, "test.long", "导入")
	if err != nil {
		t.Fatal(err)
	}
	if err := Finish(t.Context(), db, 0, id, "第 3 行有误", nil, errors.New("row 3")); err != nil {
		t.Fatal(err)
	}
	if j, err := Get(t.Context(), db, who, id); err != nil || j.State != "failed" || j.Message != "第 3 行有误" || j.StartedAt == nil {
		t.Errorf("failed %+v, %v", j, err)
	}
	if err := Finish(t.Context(), db, 0, id, "", make(chan int), nil); err == nil {
		t.Error("a result that cannot be stored was stored")
	}
}
