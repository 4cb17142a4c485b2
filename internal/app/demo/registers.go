package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"yigai/internal/register"
)

// holding is one thing that a township's hospital has had since a day.
type holding struct {
	register, since string
	typed           map[string]string
}

// registers gives the townships' hospitals licences, buildings and equipment, some of them with what a register is for:
// a licence that runs out, a gap to be filled, a device that stands idle.
func (l *load) registers(ctx context.Context) error {
	svc := register.New(l.DB, l.Now)
	there, err := svc.Counts(ctx, l.who, 0)
	if err != nil || len(there) > 0 {
		return err
	}
	for _, s := range l.world.sizes {
		if !s.grassroots() {
			continue
		}
		for _, h := range s.holdings(l.Now()) {
			since, err := time.Parse(time.DateOnly, h.since)
			if err != nil {
				return fmt.Errorf("read day of %s: %w", h.register, err)
			}
			if _, err := svc.Add(ctx, l.who, h.register, l.ids[s.code], register.Draft{StartsOn: &since, Typed: h.typed}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s size) holdings(now time.Time) []holding {
	number := func(what string, lo, hi int64) string { return strconv.FormatInt(draw(lo, hi, s.code, what), 10) }
	ends := now.AddDate(0, int(draw(1, 48, s.code, "licence")), 0).Format(time.DateOnly)
	area := strconv.FormatInt(s.beds*draw(40, 60, s.code, "area"), 10)
	list := []holding{
		{"licence", "2021-06-01", map[string]string{"kind": "医疗机构执业许可证", "number": "演示-" + s.code, "issuer": "演示县卫生健康委员会", "expires_on": ends}},
		{"building", "2012-10-01", map[string]string{"name": "综合楼", "purpose": "综合楼", "area": area, "built": number("built", 1998, 2019), "ownership": "公有", "condition": "良好"}},
		{"equipment", "2019-05-01", map[string]string{"name": "数字化X射线摄影系统", "category": "DR", "quantity": "1", "value": number("dr", 380, 620) + "000", "state": "在用"}},
		{"equipment", "2020-03-01", map[string]string{"name": "彩色多普勒超声", "category": "彩超", "quantity": number("us", 1, 2), "state": "在用"}},
		{"department", "2015-01-01", map[string]string{"name": "中医科", "kind": "临床", "beds": number("tcm beds", 2, 6)}},
		{"classification", "2023-01-01", map[string]string{"scheme": "服务能力水平", "level": []string{"基本标准", "推荐标准", "未达基本标准"}[draw(0, 2, s.code, "level")]}},
	}
	if draw(1, 4, s.code, "gap") == 1 {
		list = append(list, holding{"equipment_gap", "2026-01-15", map[string]string{"name": "远程心电设备", "quantity": "1", "plan": "填平补齐", "owner": "设备科",
			"expires_on": now.AddDate(0, 2, 0).Format(time.DateOnly)}})
	}
	if draw(1, 5, s.code, "idle") == 1 {
		list = append(list, holding{"equipment", "2014-09-01", map[string]string{"name": "半自动生化分析仪", "category": "生化分析仪", "quantity": "1", "state": "闲置"}})
	}
	if draw(1, 3, s.code, "hall") > 1 {
		list = append(list, holding{"tcm_hall", "2018-04-01", map[string]string{"area": number("hall area", 60, 140), "demonstration": []string{"是", "否"}[draw(0, 1, s.code, "demo hall")], "techniques": number("techniques", 4, 9)}})
	}
	return list
}
