package exchange

import (
	"crypto/sha256"
	"time"

	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Import is one file or request of figures and what became of it.
type Import struct {
	ID            int64
	Source        Source
	Format        Format
	Name          string // of the file, "" for a request
	SHA256        [sha256.Size]byte
	Bytes         int64
	Only          reporting.Only
	Accepted      bool // taken as history
	Stored        bool // false: refused as a whole
	Imported      int
	Updated       int
	Deleted       int // of the updated
	Unchanged     int
	Ignored       int // refused rows, and those that the mode leaves out
	Loose         int // figures on no form, which count at once
	Conflicts     []Conflict
	ConflictCount int
	At            time.Time
	Took          time.Duration
	ByID          int64
	By            string
	UndoneAt      time.Time // zero: it stands
	UndoneBy      string
}

// Undone reports whether the import was taken back.
func (i Import) Undone() bool { return !i.UndoneAt.IsZero() }

// Changed is how many figures it added or changed.
func (i Import) Changed() int { return i.Imported + i.Updated }

// Conflict is a row that was refused, and why.
type Conflict struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

// Change is a figure that an import adds or changes.
type Change struct {
	Month       period.Month
	Institution string
	Code        string // of the institution
	Element     string
	Slug        string
	Places      int32 // decimals of the element
	Old, New    number.Cell
	Report      int64 // 0: it stands in no report

	institutionID int64
	elementID     int32
}

// ModeTitle names what an import may do.
func ModeTitle(o reporting.Only) string {
	switch o {
	case reporting.NewFigures:
		return "只新增"
	case reporting.OldFigures:
		return "只更新"
	}
	return "新增和更新"
}
