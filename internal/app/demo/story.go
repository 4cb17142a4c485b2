package demo

import (
	"time"

	"yigai/internal/period"
	"yigai/internal/reporting"
)

// report is one opened report that the story is told about.
type report struct {
	id          int64
	form, code  string
	institution int64
	month       period.Month
	due         time.Time
}

// story is what happened to a report, as entering, submitting and reviewing leave it behind.
type story struct {
	report
	plan
	clerk, reviewer person
	head            string // responsible person
	entered         time.Time
	submissions     []time.Time
	reviewed        time.Time // of the last return or acceptance
	events          []event
	corrected       bool // sent back once, one figure changed
}

type event struct {
	from, to reporting.State
	reason   string
	by       person
	at       time.Time
}

// teller makes up stories that end before now.
type teller struct {
	now      time.Time
	calendar period.Calendar
	staff    *staff
	world    *world
}

func (t teller) tell(r report) story {
	s := story{report: r, plan: planOf(r.form, r.code, t.world.open, r.month, period.MonthOf(t.now)), clerk: t.staff.clerk(r.code),
		reviewer: t.staff.reviewers[t.draw(r, "reviewer", 0, int64(len(t.staff.reviewers)-1))],
		head:     t.staff.names.of("head " + r.code), corrected: t.world.corrected(r.form, r.code, r.month)}
	if s.state == reporting.NotStarted {
		return s
	}
	submitted := t.submitted(s)
	s.entered = submitted.Add(-t.minutes(r, "entered", 100, 320))
	s.move(reporting.NotStarted, reporting.Draft, "", s.clerk, s.entered)
	if s.state == reporting.Draft {
		return s
	}
	s.submit(submitted)
	if s.corrected {
		t.sendBack(&s)
	}
	t.review(&s)
	return s
}

func (t teller) draw(r report, what string, lo, hi int64) int64 {
	return draw(lo, hi, r.code, r.form, r.month.String(), what)
}

func (t teller) minutes(r report, what string, lo, hi int64) time.Duration {
	return time.Duration(t.draw(r, what, lo, hi)) * time.Minute
}

// onTime is how many of hundred reports come before the deadline.
const onTime = 96

// submitted is in the last days before the deadline, or after it for the late ones. What the clock does not allow yet
// happened just now.
func (t teller) submitted(s story) time.Time {
	day := midnight(s.due)
	earliest := s.month.Next().First().Add(9 * time.Hour)
	at := day.AddDate(0, 0, -int(t.draw(s.report, "days before", 0, 3))).Add(10*time.Hour + t.minutes(s.report, "submitted", 0, 440))
	late := day.AddDate(0, 0, 1).Add(8*time.Hour + t.minutes(s.report, "late", 0, 1900))
	if (s.late || s.month.Before(t.world.open) && t.draw(s.report, "on time", 1, 100) > onTime) && late.Before(t.now) {
		return late
	}
	if at.Before(earliest) {
		at = earliest.Add(t.minutes(s.report, "early", 0, 400))
	}
	if at.After(t.now) {
		at = t.now.Add(-t.minutes(s.report, "just now", 20, 300))
	}
	return at
}

func (s *story) move(from, to reporting.State, reason string, by person, at time.Time) {
	s.events = append(s.events, event{from, to, reason, by, at})
}

func (s *story) submit(at time.Time) {
	s.submissions = append(s.submissions, at)
	s.move(reporting.Draft, reporting.Submitted, "", s.clerk, at)
}

// sendBack returns the report, has it changed and submitted again.
func (t teller) sendBack(s *story) {
	back := t.officeHour(s.submissions[0], "returned", s.report)
	s.move(reporting.Submitted, reporting.Returned, correctedReason, s.reviewer, back)
	again := back.Add(t.minutes(s.report, "again", 40, 200))
	s.move(reporting.Returned, reporting.Draft, "", s.clerk, again)
	s.submit(again.Add(20 * time.Minute))
}

func (t teller) review(s *story) {
	if s.state == reporting.Submitted {
		return
	}
	last := s.submissions[len(s.submissions)-1]
	s.reviewed = t.officeHour(last, "reviewed", s.report)
	if s.reviewed.After(t.now) {
		s.reviewed = last.Add(t.now.Sub(last) / 2)
	}
	s.move(reporting.Submitted, s.state, s.reason, s.reviewer, s.reviewed)
}

// officeHour is on the next working day, between 9:00 and 16:30.
func (t teller) officeHour(after time.Time, what string, r report) time.Time {
	day := t.calendar.NextWorkingDay(midnight(after).AddDate(0, 0, 1))
	return day.Add(9*time.Hour + t.minutes(r, what, 0, 450))
}

func midnight(at time.Time) time.Time {
	y, m, d := at.In(period.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, period.Shanghai)
}
