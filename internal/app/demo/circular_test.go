package demo

import "testing"

// circularIsFair looks at the one that is issued: whoever was given more time is not named for that report.
func (d *loaded) circularIsFair(t *testing.T) {
	if n := d.number(t, `SELECT count(*) FROM circular WHERE county_id = $1 AND (content ->> 'extended')::int > 0`); n != 1 {
		t.Errorf("%d circulars say that somebody has more time, want 1", n)
	}
	if n := d.number(t, `SELECT count(*) FROM circular c CROSS JOIN jsonb_array_elements(c.content -> 'units') u
		JOIN report r ON r.county_id = c.county_id AND r.institution_id = (u ->> 'institution_id')::bigint AND r.period = c.first AND r.extended
		JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		CROSS JOIN jsonb_array_elements(c.content -> 'lines') l
		WHERE c.county_id = $1 AND l ->> 'unit' = u ->> 'unit' AND l ->> 'form' = f.title`); n != 0 {
		t.Errorf("%d reports are named though they have more time", n)
	}
}
