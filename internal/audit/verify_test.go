package audit_test

import (
	"strings"
	"testing"

	"yigai/internal/audit"
)

// Each case is one way to lie about what happened; five entries are sealed before.
func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]struct {
		says       string
		statements []string
	}{
		"a changed figure": {"第 3 条", []string{
			`UPDATE audit_entry SET after = '{"state": "draft"}' WHERE object_id = '3'`}},
		"a changed name": {"第 2 条", []string{
			`UPDATE audit_entry SET username = 'li' WHERE object_id = '2'`}},
		"a changed minute": {"第 2 条", []string{
			`UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE object_id = '2'`}},
		"a removed entry": {"不在审计链中", []string{
			`DELETE FROM audit_entry WHERE object_id = '3'`}},
		"an entry removed with its seal": {"缺了一条", []string{
			`DELETE FROM audit_seal s USING audit_entry e WHERE e.id = s.entry_id AND e.object_id = '3'`, `DELETE FROM audit_entry WHERE object_id = '3'`}},
		"an entry removed and the chain closed over it": {"第 3 条", []string{
			`DELETE FROM audit_seal s USING audit_entry e WHERE e.id = s.entry_id AND e.object_id = '3'`, `DELETE FROM audit_entry WHERE object_id = '3'`,
			`UPDATE audit_seal SET seq = seq - 1 WHERE seq > 3`}},
		"the first entry removed": {"第 0 条之后", []string{
			`DELETE FROM audit_seal WHERE seq = 1`, `DELETE FROM audit_entry WHERE object_id = '1'`}},
		"two entries in the other order": {"第 2 条", []string{
			`UPDATE audit_seal SET seq = 5 - seq WHERE seq IN (2, 3)`}},
		"two entries with each other's seal": {"第 2 条", []string{
			`UPDATE audit_seal a SET entry_id = b.entry_id FROM audit_seal b WHERE a.seq IN (2, 3) AND b.seq = 5 - a.seq`}},
		"an inserted entry": {"不在审计链中", []string{
			`INSERT INTO audit_entry (county_id, username, action, object_kind) VALUES (7, 'x', 'a', 'k')`}},
		"an inserted entry with a seal of its own": {"第 6 条", []string{
			`INSERT INTO audit_entry (county_id, username, action, object_kind) VALUES (7, 'x', 'a', 'k')`,
			`INSERT INTO audit_seal (county_id, seq, entry_id, hash) SELECT 7, 6, max(id), sha256('x') FROM audit_entry`}},
		"a changed seal": {"第 4 条", []string{
			`UPDATE audit_seal SET hash = sha256('x') WHERE seq = 4`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTrail(t)
			tr.write(7, "1", "2", "3", "4", "5")
			tr.seal()
			if p := tr.verify(); p.Broken != "" || p.Entries != 5 {
				t.Fatalf("before: %+v", p)
			}
			tr.tamper(lie.statements...)
			if p := tr.verify(); !strings.Contains(p.Broken, lie.says) {
				t.Errorf("said %q, want %q", p.Broken, lie.says)
			}
		})
	}
}

func TestTheBrokenEntryIsNamedByTheOfficesClock(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.write(7, "1", "2")
	tr.seal()
	tr.tamper(`UPDATE audit_entry SET at = '2026-08-02 20:00:00+00' WHERE object_id = '2'`)
	if p := tr.verify(); !strings.Contains(p.Broken, "2026-08-03 04:00:00") {
		t.Errorf("said %q", p.Broken)
	}
}

func TestVerifyCountyLooksAtNoOther(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.write(0, "platform")
	tr.write(7, "1", "2")
	tr.seal()
	tr.write(0, "later")
	tr.tamper("UPDATE audit_entry SET reason = 'x' WHERE county_id = 0 AND object_id = 'platform'")
	if p, err := audit.VerifyCounty(t.Context(), tr.db, 7); err != nil || p.Entries != 2 || p.Unsealed != 0 || p.Broken != "" {
		t.Errorf("county 7: %+v, %v", p, err)
	}
	if p, err := audit.VerifyCounty(t.Context(), tr.db, 0); err != nil || p.Unsealed != 1 || !strings.Contains(p.Broken, "第 1 条") {
		t.Errorf("county 0: %+v, %v", p, err)
	}
}
