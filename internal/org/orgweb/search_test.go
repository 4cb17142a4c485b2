package orgweb_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/org/orgweb"
	"yigai/internal/room"
)

func TestSearchFindsInstitutionsAndDivisions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	search := orgweb.Room(room.Deps{DB: s.db, Now: orgtest.Now}).Search
	for text, want := range map[string]string{"K-T01": "机构", "150523103": "区划"} {
		hits, err := search(t.Context(), *s.who, text)
		if err != nil || !slices.ContainsFunc(hits, func(h room.Hit) bool { return h.Kind == want && strings.Contains(h.Hint, text) }) || len(hits) > 8 {
			t.Errorf("%s: %+v, %v", text, hits, err)
		}
	}
}

func TestHistoryNamesPeopleAndTheProgram(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := "/institutions/" + strconv.FormatInt(s.root.ID, 10)
	_, err := s.db.Exec(t.Context(), `INSERT INTO audit_entry (county_id, username, address, action, object_kind, object_id, object_name, reason)
		VALUES ($1, 'system', '', $2, 'institution', $3::bigint::text, '', '')`, s.county.ID, org.ActionManage, s.root.ID)
	if err != nil {
		t.Fatal(err)
	}
	shown := s.get(200, at).Find(".timeline").Text()
	if !strings.Contains(shown, "系统") || strings.Contains(shown, "system") {
		t.Errorf("the history says %q", shown)
	}
}
