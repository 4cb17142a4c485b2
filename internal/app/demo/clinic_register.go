package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"yigai/internal/clinic"
	"yigai/internal/org"
	"yigai/internal/period"
)

// registerClinics fills the register of village clinics: once for the month in which the forms came into force, so that the
// past has its facts, and for the open month what has changed since.
func (l *load) registerClinics(ctx context.Context) error {
	first := period.NewMonth(2024, time.January)
	if err := l.importClinics(ctx, first, clinicBasics, l.basics); err != nil {
		return err
	}
	return l.importClinics(ctx, l.world.open, clinicChanges, l.changes)
}

// importClinics loads one row for each clinic, as things stood in the month.
func (l *load) importClinics(ctx context.Context, month period.Month, heads []string, row func(s size) []string) error {
	var file bytes.Buffer
	out := csv.NewWriter(&file)
	rows := [][]string{append([]string{"机构编码"}, heads...)}
	for _, s := range l.world.sizes {
		if s.kind == org.KindVillageClinic {
			rows = append(rows, append([]string{s.code}, row(s)...))
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the register of clinics: %w", err)
	}
	svc := clinic.New(l.DB, func() time.Time { return month.First().Add(time.Hour) })
	result, err := svc.Import(ctx, l.who, &file, clinic.Options{Demo: true})
	if err == nil && !result.Stored {
		err = fmt.Errorf("%d rows are refused, the first: %v", len(result.Refused), result.Findings[0])
	}
	return err
}

var clinicBasics = []string{"服务人口", "到卫生院距离", "中心村卫生室", "医务人员", "其中:中医药为主", "产权", "协议到期日", "村医无偿使用", "设在党群服务中心",
	"建筑面积", "建成年份", "是否新建", "诊断室", "治疗室", "观察室", "药房", "中医治疗室", "公共卫生室", "值班室", "统一图纸", "统一科室设置", "统一建设标准",
	"统一标识", "统一外观", "统一管理制度", "设备配齐", "设备清单", "执业许可证号", "许可证有效期至", "诊疗科目", "医保定点", "定点日期", "能识别初治病种",
	"提供中医药服务", "中医适宜技术", "一体化管理", "接入远程医疗", "药品零差率", "备注"}

// basics are what a clinic is like. One in twenty has left half of the register empty.
func (l *load) basics(s size) []string {
	v := func(what string, lo, hi int64) int64 { return draw(lo, hi, s.code, "register", what) }
	yes := func(what string, percent int64) string { return yesNo(v(what, 1, 100) <= percent) }
	staff := 1 + s.population/1100
	ownership, until := ownershipOf(v("ownership", 1, 100)), ""
	if ownership == "协议使用" {
		until = fmt.Sprintf("%d-12-31", int64(l.world.open.Year())+v("contract", 0, 5))
	}
	fresh := v("new", 1, 100) <= 30
	area, year := v("area", 60, 118), v("year", 1996, 2016)
	if fresh {
		area, year = v("area", 116, 180), v("year", 2017, 2023)
	}
	insured, since := yes("insured", 88), ""
	if insured == "是" {
		since = fmt.Sprintf("%d-%02d-01", v("since", 2016, 2023), v("since-month", 1, 12))
	}
	row := []string{strconv.FormatInt(s.population, 10), fmt.Sprintf("%d.%d", v("km", 1, 17), v("hm", 0, 9)), yes("central", 6), strconv.FormatInt(staff, 10),
		strconv.FormatInt(min(staff, v("tcm-staff", 0, 1)), 10), ownership, until, yesNo(ownership == "公有"), yes("centre", 35),
		strconv.FormatInt(area, 10), strconv.FormatInt(year, 10), yesNo(fresh)}
	for _, room := range []string{"诊断室", "治疗室", "观察室", "药房", "中医治疗室", "公共卫生室", "值班室"} {
		row = append(row, yesNo(fresh || v(room, 1, 100) <= 86))
	}
	for _, item := range []string{"图纸", "科室", "标准", "标识", "外观", "制度"} {
		row = append(row, yesNo(fresh || v(item, 1, 100) <= 72))
	}
	if v("empty", 1, 20) == 1 {
		return append(row, make([]string, len(clinicBasics)-len(row))...)
	}
	return append(row, yes("equipment", 80), "血压计 2、血糖仪 1、听诊器 2、体温计 5、诊断床 1", "PDY-"+s.code, l.licence(v("licence", 0, 60)),
		"全科医疗科", insured, since, strconv.FormatInt(v("diseases", 16, 32), 10), yes("tcm", 78), strconv.FormatInt(v("techniques", 2, 7), 10),
		yes("integrated", 94), yes("remote", 55), yes("markup", 97), "演示数据,非真实情况")
}

// licence ends months after the open month; a few have run out.
func (l *load) licence(months int64) string {
	return l.world.open.Add(int(months)-3).Date().AddDate(0, 0, 14).Format(time.DateOnly)
}

var clinicChanges = []string{"配有心电设备", "补助年度", "运行补助"}

// changes are what the open month brought: the devices that the monthly forms count, and the year's subsidy.
func (l *load) changes(s size) []string {
	subsidy := "6000"
	if draw(1, 100, s.code, "subsidy") <= 8 {
		subsidy = "4500"
	}
	return []string{yesNo(l.ecg(s)), strconv.Itoa(l.world.open.Year()), subsidy}
}

// ecg holds of as many clinics of a township, by code, as its form of the open month says.
func (l *load) ecg(s size) bool {
	with, rank := l.world.figures(s.parent, l.world.open)["village_clinics_ecg"], int64(0)
	for _, other := range l.world.sizes {
		if other.parent == s.parent && other.kind == org.KindVillageClinic && other.code < s.code {
			rank++
		}
	}
	return rank < with
}

func ownershipOf(percent int64) string {
	switch {
	case percent <= 82:
		return "公有"
	case percent <= 93:
		return "协议使用"
	}
	return "私有"
}

func yesNo(yes bool) string {
	if yes {
		return "是"
	}
	return "否"
}
