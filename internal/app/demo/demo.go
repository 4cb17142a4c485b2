// Package demo makes the demo county: the institutions of 开鲁县 with made-up sizes, two years of made-up monthly
// reports that fit together and pass the checks, one month that is being reviewed, and an account for each role.
//
// The figures of a month follow from its name alone (dice.go), so two loads on the same day say the same. Which month
// is under review follows from the clock: the last one whose deadline has passed. What is meant to fail is listed in
// trouble.go, who is late or was sent back in plan.go.
//
// Organisation, presets, months and accounts are made through the rooms' own operations. Only the reports themselves
// are written in bulk (store.go), because a hundred thousand figures one by one would take minutes; the rows are those
// that entering, submitting and accepting leave behind.
package demo

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// The demo county.
const (
	Code = "150523"
	Name = "开鲁县"
)

// Account is somebody who can sign in to the demo.
type Account struct {
	Username string
	Name     string
	Role     string // in Chinese
	Place    string // where they work
	Password string
}

// House is what the demo is loaded into.
type House struct {
	DB          *pgxpool.Pool
	Now         func() time.Time
	Calendar    period.Calendar
	Permissions func() *actor.Permissions
	System      func(county int32, root string) actor.Actor // every action in the county
}

// Load makes the demo county in a database without a county and returns its accounts with their passwords. What is
// going on is said on out. A load that was broken off is continued by the next one; a finished one is refused.
func Load(ctx context.Context, h House, out io.Writer) ([]Account, error) {
	if err := refuse(ctx, h.DB); err != nil {
		return nil, err
	}
	l := newLoad(h, out)
	if err := l.run(ctx); err != nil {
		return nil, fmt.Errorf("load the demo county: %w", err)
	}
	return l.made, nil
}

// load is one Load at work.
type load struct {
	House
	out       io.Writer
	past      int // accepted months before the open one
	org       *org.Service
	reporting *reporting.Service
	accounts  *account.Service

	county org.County
	root   org.Institution
	who    actor.Actor
	ids    map[string]int64 // institutions by code
	world  *world
	staff  staff
	made   []Account
}

func newLoad(h House, out io.Writer) *load {
	return &load{House: h, out: out, past: historyMonths, org: org.New(h.DB, h.Now), reporting: reporting.New(h.DB, h.Now, h.Calendar),
		accounts: account.New(h.DB, h.Now, h.Permissions)}
}

func (l *load) run(ctx context.Context) error {
	began := time.Now()
	steps := []struct {
		say string
		do  func(context.Context) error
	}{
		{"建立演示县、区划和机构", l.foundation},
		{"建立演示账号", l.people},
		{"登记村卫生室台账", l.registerClinics},
		{"示例的村情、巡诊、能力评价和建设台账", l.villageLife},
		{"登记机构台账", l.registers},
		{"写入 24 个月的月报和一个正在审核的月份", l.history},
		{"计算指标", l.compute},
		{"选用政策文件、判断达标", l.judge},
		{"保存示例的自定义表", l.keepViews},
		{"申请更正、签认、跟进、复核", l.quality},
		{"批准延期、印发通报、催报", l.notices},
		{"示例的数据导入记录", l.exchanges},
	}
	for i, step := range steps {
		_, _ = fmt.Fprintf(l.out, "演示数据 %d/%d:%s……\n", i+1, len(steps), step.say) // progress may be lost
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintf(l.out, "演示数据已装入,用时 %.0f 秒。\n", time.Since(began).Seconds())
	return l.finish(ctx)
}

// compute brings the indicators of every month up to date, which is all that the new institutions and months asked for.
func (l *load) compute(ctx context.Context) error {
	if _, err := indicator.New(l.DB, l.Now, l.Calendar).Compute(ctx, l.county.ID, l.months(), nil); err != nil {
		return err
	}
	err := pg.Tx(ctx, l.DB, func(tx pgx.Tx) error {
		if err := jobs.Withdraw(ctx, tx, org.TreeChanged{}.Kind(), l.county.ID); err != nil {
			return err
		}
		return jobs.Withdraw(ctx, tx, reporting.MonthOpened{}.Kind(), l.county.ID)
	})
	if err != nil {
		return err
	}
	return analyze(ctx, l.DB, "indicator_value", "indicator_run")
}

const finishedAction = "demo.load"

// finish says in the trail that the county is complete.
func (l *load) finish(ctx context.Context) error {
	return pg.Tx(ctx, l.DB, func(tx pgx.Tx) error {
		return audit.Record(ctx, tx, l.who, audit.Entry{Action: finishedAction, Kind: "county", ID: l.county.Code, Name: l.county.Name,
			InstitutionID: l.root.ID, After: map[string]any{"open": l.world.open.String(), "accounts": len(l.made)}})
	})
}

// State is what a database holds of the demo.
type State int

// Nothing: no county; Unfinished: a load was broken off; Loaded: the demo county; Real: a county that is not the demo's.
const (
	Nothing State = iota
	Unfinished
	Loaded
	Real
)

// Look says what a database holds of the demo.
func Look(ctx context.Context, q pg.Querier) (State, error) {
	counties, err := org.Counties(ctx, q)
	if err != nil || len(counties) == 0 {
		return Nothing, err
	}
	if len(counties) > 1 || !counties[0].Demo || counties[0].Code != Code {
		return Real, nil
	}
	done, err := finished(ctx, q, counties[0].ID)
	if err != nil || done {
		return Loaded, err
	}
	return Unfinished, nil
}

// refuse allows a load into an empty database and the continuation of one that was broken off.
func refuse(ctx context.Context, q pg.Querier) error {
	state, err := Look(ctx, q)
	if err != nil {
		return err
	}
	switch state {
	case Loaded:
		return fault.Conflict("演示县已经装入,不能重复装入")
	case Real:
		return fault.Conflict("数据库里已经有县,不能装入演示县")
	}
	return nil
}
