package clinic

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// clinicColumns and clinicFrom read a clinic as scanClinic receives it; the newest state is what holds.
const clinicColumns = `i.id, i.code, i.name, coalesce(i.parent_id, 0), coalesce(p.name, ''), coalesce(i.division_code, ''), coalesce(d.name, ''),
	coalesce(t.code, ''), coalesce(t.name, ''), i.closed_on IS NOT NULL, to_jsonb(c.state),
	ARRAY(SELECT v.village_code FROM clinic_village v WHERE v.county_id = i.county_id AND v.institution_id = i.id ORDER BY v.village_code)`

const clinicState = `
	LEFT JOIN LATERAL (SELECT s AS state FROM clinic s WHERE s.county_id = i.county_id AND s.institution_id = i.id
	                   ORDER BY s.since DESC LIMIT 1) c ON true`

// clinicTables are a clinic with the institution above it; where a clinic stands is where that does, unless it is known better.
const clinicTables = `
	FROM institution_public i
	LEFT JOIN institution_public p ON p.county_id = i.county_id AND p.id = i.parent_id` + clinicState

const clinicFrom = clinicTables + `
	LEFT JOIN division_public d ON d.county_id = i.county_id AND d.code = i.division_code
	LEFT JOIN division_public t ON t.county_id = i.county_id AND t.code = ` + clinicTownship + ` AND t.level = 'township'`

const clinicTownship = `left(coalesce(i.division_code, p.division_code), 9)`

func scanClinic(row pgx.CollectableRow) (c Clinic, err error) {
	var state []byte
	if err := row.Scan(&c.ID, &c.Code, &c.Name, &c.ParentID, &c.ParentName, &c.Division, &c.DivisionName,
		&c.Township, &c.TownshipName, &c.Closed, &state, &c.Villages); err != nil {
		return c, err
	}
	return c, c.read(state)
}

// read takes the state as the database spells it.
func (c *Clinic) read(state []byte) error {
	c.Values = Values{}
	if state == nil {
		return nil
	}
	var columns map[string]any
	decoder := json.NewDecoder(bytes.NewReader(state))
	decoder.UseNumber()
	if err := decoder.Decode(&columns); err != nil {
		return fmt.Errorf("read state of clinic %d: %w", c.ID, err)
	}
	for _, f := range Fields {
		value, err := f.stored(columns[f.Name])
		if err != nil {
			return fmt.Errorf("read %s of clinic %d: %w", f.Name, c.ID, err)
		}
		c.Values[f.Name] = value
	}
	c.Demo, _ = columns["demo"].(bool)
	version, _ := columns["version"].(json.Number)
	n, err := version.Int64()
	if err != nil {
		return fmt.Errorf("read version of clinic %d: %w", c.ID, err)
	}
	c.Version = int(n)
	since, _ := columns["since"].(string)
	day, err := time.Parse(time.DateOnly, since)
	if err != nil {
		return fmt.Errorf("read month of clinic %d: %w", c.ID, err)
	}
	c.Since = period.NewMonth(day.Year(), day.Month())
	return nil
}

// query reads clinics in scope; where continues the condition and its arguments follow the three of the scope.
func query(ctx context.Context, q pg.Querier, who actor.Actor, where string, args ...any) ([]Clinic, error) {
	rows, err := q.Query(ctx, "SELECT "+clinicColumns+clinicFrom+`
		WHERE i.county_id = $1 AND `+actor.InScope+` AND i.kind = 'village_clinic' AND `+where, append(who.ScopeArgs(), args...)...)
	if err != nil {
		return nil, fmt.Errorf("read clinics: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanClinic)
	if err != nil {
		return nil, fmt.Errorf("read clinics: %w", err)
	}
	return found, nil
}

// one returns the clinic when it lies in the asker's scope.
func one(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Clinic, error) {
	found, err := query(ctx, q, who, "i.id = $4", id)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这家村卫生室")
	}
	if err != nil {
		return Clinic{}, err
	}
	return found[0], nil
}

// stateColumns are the columns of a state besides its key, in one order.
func stateColumns() []string {
	var names []string
	for _, f := range Fields {
		names = append(names, f.Name)
	}
	return append(names, "demo", "version", "updated_at")
}

// put stores states from a month on, each one version after the one it was made from. Somebody else's change in between
// makes all of it a Conflict.
func put(ctx context.Context, q pg.Querier, county int32, since period.Month, at time.Time, clinics []Clinic) error {
	rows := make([]map[string]any, len(clinics))
	for i, c := range clinics {
		rows[i] = c.row(county, since, at)
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode clinics: %w", err)
	}
	columns := stateColumns()
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + " = excluded." + c
	}
	list := strings.Join(columns, ", ")
	tag, err := q.Exec(ctx, `
		INSERT INTO clinic (county_id, institution_id, since, `+list+`)
		SELECT county_id, institution_id, since, `+list+` FROM jsonb_populate_recordset(NULL::clinic, $1)
		ON CONFLICT (county_id, institution_id, since) DO UPDATE SET `+strings.Join(sets, ", ")+`
		WHERE clinic.version = excluded.version - 1`, b)
	if err != nil {
		return fmt.Errorf("store clinics: %w", err)
	}
	if int(tag.RowsAffected()) != len(clinics) {
		return fault.Conflict("有的村卫生室资料刚刚被别人修改过,请核对现在的内容后再保存")
	}
	return nil
}

// row is the clinic's next state as the database takes it.
func (c Clinic) row(county int32, since period.Month, at time.Time) map[string]any {
	row := map[string]any{"county_id": county, "institution_id": c.ID, "since": since.Date().Format(time.DateOnly),
		"version": c.Version + 1, "demo": c.Demo, "updated_at": at}
	for _, f := range Fields {
		row[f.Name] = f.storable(c.Values[f.Name])
	}
	return row
}

// stored is a value as the database spells it in the field's one spelling.
func (f Field) stored(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case bool:
		if v {
			return Yes, nil
		}
		return No, nil
	case json.Number:
		return plain(v.String())
	case string:
		return v, nil
	}
	return "", fmt.Errorf("unexpected %T", value)
}

// storable is the other way round: what is not known is NULL, except for a text.
func (f Field) storable(value string) any {
	switch {
	case f.Type == TypeText:
		return value
	case value == "":
		return nil
	case f.Type == TypeYes:
		return value == Yes
	case f.Type == TypeNumber || f.Type == TypeYear:
		return json.Number(value)
	}
	return value
}

// putVillages states which villages each clinic serves.
func putVillages(ctx context.Context, q pg.Querier, county int32, clinics []Clinic) error {
	var ids, of []int64
	var codes []string
	for _, c := range clinics {
		ids = append(ids, c.ID)
		for _, code := range c.Villages {
			of, codes = append(of, c.ID), append(codes, code)
		}
	}
	if err := haveVillages(ctx, q, county, codes); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, `DELETE FROM clinic_village WHERE county_id = $1 AND institution_id = ANY($2)`, county, ids); err != nil {
		return fmt.Errorf("clear villages served: %w", err)
	}
	_, err := q.Exec(ctx, `INSERT INTO clinic_village (county_id, institution_id, village_code)
		SELECT $1, u.id, u.code FROM unnest($2::bigint[], $3::text[]) AS u(id, code)`, county, of, codes)
	if pg.Violates(err, "clinic_village_known") {
		return fault.Field(fieldVillages, "所服务的村里有不认识的代码,请重新选择")
	}
	if err != nil {
		return fmt.Errorf("store villages served: %w", err)
	}
	return nil
}

// haveVillages makes the rows of administrative villages that are referred to.
func haveVillages(ctx context.Context, q pg.Querier, county int32, codes []string) error {
	_, err := q.Exec(ctx, `INSERT INTO village (county_id, code, division_code)
		SELECT county_id, code, code FROM division_public WHERE county_id = $1 AND level = 'village' AND code = ANY($2)
		ON CONFLICT (county_id, code) DO NOTHING`, county, pg.NonNil(codes))
	if err != nil {
		return fmt.Errorf("make villages: %w", err)
	}
	return nil
}

// townships are those of the clinics in scope, for choosing.
func townships(ctx context.Context, q pg.Querier, who actor.Actor) ([]org.Division, error) {
	rows, err := q.Query(ctx, `
		SELECT t.code, t.name FROM division_public t
		WHERE t.county_id = $1 AND t.level = 'township' AND t.code IN (
			SELECT `+clinicTownship+` FROM institution_public i
			LEFT JOIN institution_public p ON p.county_id = i.county_id AND p.id = i.parent_id
			WHERE i.county_id = $1 AND `+actor.InScope+` AND i.kind = 'village_clinic')
		ORDER BY t.code LIMIT 200`, who.ScopeArgs()...)
	if err != nil {
		return nil, fmt.Errorf("list townships with clinics: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d org.Division, err error) {
		d.Level = org.LevelTownship
		return d, row.Scan(&d.Code, &d.Name)
	})
	if err != nil {
		return nil, fmt.Errorf("list townships with clinics: %w", err)
	}
	return found, nil
}
