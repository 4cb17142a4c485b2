package clinic

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// VillageDraft is what somebody states about a village.
type VillageDraft struct {
	Name       string // of a natural village
	Population *int
	Seat       *bool
	FixedPlace string
	Note       string
	Minutes    map[string]int // to neighbours, by code; replaces those stated before
}

// Neighbours are the villages whose distance in minutes is known.
func (s *Service) Neighbours(ctx context.Context, who actor.Actor, code string) (map[string]int, error) {
	if _, err := s.Village(ctx, who, code); err != nil {
		return nil, err
	}
	return neighbours(ctx, s.db, who.CountyID, code)
}

func neighbours(ctx context.Context, q pg.Querier, county int32, code string) (map[string]int, error) {
	rows, err := q.Query(ctx, `SELECT CASE WHEN code = $2 THEN other ELSE code END, minutes FROM village_neighbour
		WHERE county_id = $1 AND (code = $2 OR other = $2) LIMIT 500`, county, code)
	if err != nil {
		return nil, fmt.Errorf("read neighbours of %s: %w", code, err)
	}
	out, other, n := map[string]int{}, "", 0
	if _, err := pgx.ForEachRow(rows, []any{&other, &n}, func() error { out[other] = n; return nil }); err != nil {
		return nil, fmt.Errorf("read neighbours of %s: %w", code, err)
	}
	return out, nil
}

// EditVillage states what is known of a village. version is the one the asker saw.
func (s *Service) EditVillage(ctx context.Context, who actor.Actor, code string, version int, d VillageDraft) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		was, err := village(ctx, tx, who, code)
		if err != nil {
			return err
		}
		if was.Version != version {
			return fault.Conflict("“%s”的资料刚刚被别人修改过,请核对现在的内容后再保存", was.Name)
		}
		if was.Natural && strings.TrimSpace(d.Name) == "" {
			return fault.Field("name", "请填写自然村的名称")
		}
		return saveVillage(ctx, tx, who, was, d)
	})
}

// AddNatural adds a natural village to an administrative one; its code is the next free one.
func (s *Service) AddNatural(ctx context.Context, who actor.Actor, division string, d VillageDraft) (code string, err error) {
	if err := who.Require(ActionManage); err != nil {
		return "", err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		around, err := village(ctx, tx, who, division)
		if fault.IsNotFound(err) || err == nil && around.Natural {
			return fault.Field("division", "请选择所在的行政村")
		}
		if err != nil {
			return err
		}
		if d.Name = strings.TrimSpace(d.Name); d.Name == "" {
			return fault.Field("name", "请填写自然村的名称")
		}
		if err := haveVillages(ctx, tx, who.CountyID, []string{division}); err != nil {
			return err
		}
		if code, err = nextNatural(ctx, tx, who.CountyID, division); err != nil {
			return err
		}
		return saveVillage(ctx, tx, who, Village{Code: code, Division: division, Natural: true}, d)
	})
	return code, err
}

func nextNatural(ctx context.Context, q pg.Querier, county int32, division string) (string, error) {
	var last int
	err := q.QueryRow(ctx, `SELECT coalesce(max(right(code, 2)::int), 0) FROM village
		WHERE county_id = $1 AND division_code = $2 AND code <> $2`, county, division).Scan(&last)
	if err != nil {
		return "", fmt.Errorf("find free code in %s: %w", division, err)
	}
	const most = 99
	if last == most {
		return "", fault.Field("name", "这个行政村已登记 99 个自然村,不能再加")
	}
	return fmt.Sprintf("%s-%02d", division, last+1), nil
}

// saveVillage stores a village one version after was, its distances, and the trail.
func saveVillage(ctx context.Context, tx pgx.Tx, who actor.Actor, was Village, d VillageDraft) error {
	if err := d.check(was.Code); err != nil {
		return err
	}
	name := ""
	if was.Natural {
		name = strings.TrimSpace(d.Name)
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO village (county_id, code, division_code, name, population, is_seat, fixed_place, note, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (county_id, code) DO UPDATE SET name = excluded.name, population = excluded.population, is_seat = excluded.is_seat,
			fixed_place = excluded.fixed_place, note = excluded.note, version = excluded.version, demo = false
		WHERE village.version = excluded.version - 1`,
		who.CountyID, was.Code, was.Division, name, d.Population, d.Seat, strings.TrimSpace(d.FixedPlace), strings.TrimSpace(d.Note), was.Version+1)
	if err != nil {
		return fmt.Errorf("store village %s: %w", was.Code, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("这个村的资料刚刚被别人修改过,请核对现在的内容后再保存")
	}
	old, err := neighbours(ctx, tx, who.CountyID, was.Code)
	if err != nil {
		return err
	}
	if err := putMinutes(ctx, tx, who.CountyID, was.Code, d.Minutes); err != nil {
		return err
	}
	before := VillageDraft{Name: was.Name, Population: was.Stated, Seat: was.Seat, FixedPlace: was.FixedPlace, Note: was.Note, Minutes: old}
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "village", ID: was.Code, Name: firstOf(name, was.Name),
		Before: before.said(), After: d.said()})
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (d VillageDraft) check(code string) error {
	const mostMinutes, mostPeople = 1440, 1_000_000
	switch {
	case d.Population != nil && (*d.Population < 0 || *d.Population > mostPeople):
		return fault.Field("population", "人口应在 0 到 1,000,000 之间")
	case len([]rune(d.Name)) > 40 || len([]rune(d.FixedPlace)) > 100 || len([]rune(d.Note)) > 500:
		return fault.Field("", "名称最多 40 个字,固定服务场所 100 个字,备注 500 个字")
	}
	for other, n := range d.Minutes {
		if n < 0 || n > mostMinutes {
			return fault.Field("minutes", "路程应在 0 到 1440 分钟之间")
		}
		if other == code {
			return fault.Field("minutes", "邻村不能是自己")
		}
	}
	return nil
}

// putMinutes replaces the distances of a village.
func putMinutes(ctx context.Context, q pg.Querier, county int32, code string, to map[string]int) error {
	var others []string
	var n []int
	for other, m := range to {
		others, n = append(others, other), append(n, m)
	}
	if err := haveVillages(ctx, q, county, others); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, `DELETE FROM village_neighbour WHERE county_id = $1 AND (code = $2 OR other = $2)`, county, code); err != nil {
		return fmt.Errorf("clear neighbours of %s: %w", code, err)
	}
	tag, err := q.Exec(ctx, `INSERT INTO village_neighbour (county_id, code, other, minutes)
		SELECT $1, least($2::text COLLATE "C", v.code COLLATE "C"), greatest($2::text COLLATE "C", v.code COLLATE "C"), u.minutes
		FROM unnest($3::text[], $4::int[]) AS u(other, minutes) JOIN village v ON v.county_id = $1 AND v.code = u.other`, county, code, pg.NonNil(others), n)
	if err != nil {
		return fmt.Errorf("store neighbours of %s: %w", code, err)
	}
	if int(tag.RowsAffected()) != len(others) {
		return fault.Field("minutes", "邻村里有不认识的村,请重新选择")
	}
	return nil
}

func (d VillageDraft) said() map[string]string {
	out := map[string]string{"population": "", "seat": "", "fixed_place": d.FixedPlace, "note": d.Note, "minutes": ""}
	if d.Name != "" {
		out["name"] = d.Name
	}
	if d.Population != nil {
		out["population"] = strconv.Itoa(*d.Population)
	}
	if d.Seat != nil {
		out["seat"] = map[bool]string{true: "是", false: "否"}[*d.Seat]
	}
	var pairs []string
	for other, n := range d.Minutes {
		pairs = append(pairs, other+":"+strconv.Itoa(n))
	}
	slices.Sort(pairs)
	out["minutes"] = strings.Join(pairs, " ")
	return out
}
