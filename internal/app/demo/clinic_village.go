package demo

import (
	"context"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/clinic"
)

// naturalVillages are made up: three that need a clinic and have none, two that are too small, two nobody has counted.
const naturalVillages = `村代码,村名,常住人口,固定服务场所,备注
150523103200-01,东敖包屯(演示),1680,村民活动室,演示数据
150523103204-01,西河沿(演示),1520,,演示数据
150523105203-01,前场部(演示),1500,小学旧址,演示数据
150523104202-01,小井子(演示),640,,演示数据
150523106201-01,北沟(演示),1499,,演示数据
150523107202-01,南营子(演示),,,演示数据
150523108201-01,沙日塔拉(演示),,,演示数据
`

// villageLife states natural villages, two visits to them, the assessments of a part of the clinics, and the construction ledger.
func (l *load) villageLife(ctx context.Context) error {
	svc := clinic.New(l.DB, l.Now)
	if _, err := svc.ImportVillages(ctx, l.who, strings.NewReader(naturalVillages), clinic.Options{Demo: true}); err != nil {
		return err
	}
	there, err := svc.Visits(ctx, l.who, "")
	if err != nil || len(there) > 0 {
		return err
	}
	for _, step := range []func(context.Context, *clinic.Service) error{l.visitVillages, l.assessClinics, l.buildClinics} {
		if err := step(ctx, svc); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) visitVillages(ctx context.Context, svc *clinic.Service) error {
	held := l.world.open.Date().AddDate(0, 0, 9)
	for _, on := range []time.Time{held, held.AddDate(0, 1, 0)} {
		id, err := svc.PlanVisit(ctx, l.who, clinic.VisitDraft{Village: "150523103200-01", InstitutionID: l.ids["K-T04"], PlannedOn: on, Note: "演示数据"})
		if err != nil {
			return err
		}
		if !on.Equal(held) {
			continue
		}
		patients := 23
		if err := svc.LogVisit(ctx, l.who, id, 1, clinic.VisitLog{State: clinic.VisitHeld, HeldOn: &held, Patients: &patients, Doctors: "全科医生、护士各 1 名", Note: "演示数据"}); err != nil {
			return err
		}
	}
	return nil
}

// assessClinics assesses the clinics of one township in the year of the open month.
func (l *load) assessClinics(ctx context.Context, svc *clinic.Service) error {
	for _, s := range l.world.sizes {
		if s.parent != "K-T04" {
			continue
		}
		d := clinic.AssessmentDraft{Points: map[string]decimal.Decimal{}, AssessedOn: l.world.open.Date(), Assessors: "县级评价组", Note: "演示数据"}
		const tenths = 10
		least := draw(45, 90, s.code, "assessment")
		for _, item := range clinic.Items {
			d.Points[item.Code] = item.Most.Mul(decimal.NewFromInt(draw(least, 100, s.code, item.Code))).Div(decimal.NewFromInt(tenths)).Floor().Div(decimal.NewFromInt(tenths))
		}
		if err := svc.Assess(ctx, l.who, l.ids[s.code], l.world.open.Year(), 0, d); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) buildClinics(ctx context.Context, svc *clinic.Service) error {
	begun, done := l.world.open.Date().AddDate(0, -5, 0), l.world.open.Date()
	money := func(yuan int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(yuan)) }
	for _, p := range []clinic.Project{
		{Name: "东敖包屯卫生室新建(演示)", Kind: "new", State: "started", StartedOn: &begun, Area: money(128), Budget: money(360_000), Bond: money(200_000), Spent: money(140_000)},
		{Name: "双合兴村卫生室改建(演示)", Kind: "rebuild", State: clinic.ProjectDone, StartedOn: &begun, FinishedOn: &done, Area: money(121), Budget: money(150_000), Spent: money(148_600)},
		{Name: "林发村卫生室产权转换(演示)", Kind: "conversion", State: "planned", Budget: money(80_000), Bond: money(80_000)},
	} {
		p.InstitutionID, p.Year, p.Note = l.ids["K-T04"], l.world.open.Year(), "演示数据"
		if _, err := svc.KeepProject(ctx, l.who, p); err != nil {
			return err
		}
	}
	return nil
}
