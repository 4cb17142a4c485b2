package notice

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// Content is the tables of a circular.
type Content struct {
	AsOf  time.Time       `json:"as_of"`
	Sum   reporting.Tally `json:"sum"`
	Forms []FormLine      `json:"forms"`
	Units []UnitLine      `json:"units"`
	Lines []Line          `json:"lines"`
	// Extended are awaited with more time than the others; they are not owed yet.
	Extended int `json:"extended,omitempty"`
}

// FormLine is one form's count.
type FormLine struct {
	Form  string          `json:"form"`
	Tally reporting.Tally `json:"tally"`
}

// UnitLine is one unit that was late or has not reported.
type UnitLine struct {
	InstitutionID int64  `json:"institution_id"`
	Unit          string `json:"unit"`
	Late          int    `json:"late"`
	Missing       int    `json:"missing"`
	Days          int    `json:"days"` // late, over all its reports
}

// Line is one report that was late or has not come.
type Line struct {
	Unit     string    `json:"unit"`
	Form     string    `json:"form"`
	Month    string    `json:"month"`
	Due      time.Time `json:"due"`               // the last moment that counts as on time
	Received time.Time `json:"received,omitzero"` // zero: not come
	Days     int       `json:"days"`
}

// extendedWords is what {延期} stands for, after the number of reports that are owed.
func (c Content) extendedWords() string {
	if c.Extended == 0 {
		return ""
	}
	return fmt.Sprintf("（另有%d份已延期）", c.Extended)
}

// Aside says what stands beside the reports that are owed: those with more time; empty without any.
func (c Content) Aside() string {
	if c.Extended == 0 {
		return ""
	}
	return fmt.Sprintf("另有 %d 份已延期,未到截止日期,不计入应报。", c.Extended)
}

// content counts the reports of some months as they stand now.
func (s *Service) content(ctx context.Context, q pg.Querier, who actor.Actor, first, last period.Month) (Content, error) {
	now := s.now()
	owed, err := s.reporting.Owed(ctx, q, who.Grant(reporting.ActionView), first, last)
	if err != nil {
		return Content{}, err
	}
	names, err := fullNames(ctx, q, who.CountyID)
	if err != nil {
		return Content{}, err
	}
	c := Content{AsOf: now}
	forms := map[string]int{}
	for _, r := range owed {
		at, seen := forms[r.FormSlug]
		if !seen {
			at = len(c.Forms)
			forms[r.FormSlug] = at
			c.Forms = append(c.Forms, FormLine{Form: r.FormTitle})
		}
		late := DaysLate(r, now)
		for _, t := range []*reporting.Tally{&c.Sum, &c.Forms[at].Tally} {
			t.Count(r, now)
		}
		if r.Extended && r.ReceivedAt.IsZero() && !r.Late(now) {
			c.Extended++
		}
		if r.Late(now) {
			r.Institution = names[r.InstitutionID]
			c.name(r, late)
		}
	}
	return c, nil
}

// name adds a late report, whose unit's others come beside it.
func (c *Content) name(r reporting.Report, days int) {
	if n := len(c.Units); n == 0 || c.Units[n-1].InstitutionID != r.InstitutionID {
		c.Units = append(c.Units, UnitLine{InstitutionID: r.InstitutionID, Unit: r.Institution})
	}
	u := &c.Units[len(c.Units)-1]
	u.Days += days
	if r.ReceivedAt.IsZero() {
		u.Missing++
	} else {
		u.Late++
	}
	c.Lines = append(c.Lines, Line{Unit: r.Institution, Form: r.FormTitle, Month: r.Month.Chinese(), Due: r.OnTimeUntil(), Received: r.ReceivedAt, Days: days})
}
