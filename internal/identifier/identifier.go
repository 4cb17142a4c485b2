// Package identifier checks the numbers that name people, bodies and places:
// resident ID numbers (GB 11643), unified social credit codes (GB 32100) and
// division codes (GB/T 2260 and the statistical codes below the county), and
// masks them for display.
//
// A number that cannot be right is refused with one Chinese sentence. What is
// only unusual comes back as a warning, because codes live longer than the
// tables they were taken from. The package looks nothing up and stores nothing.
package identifier

import (
	"fmt"
	"strings"
	"unicode"
)

// Error is a number that cannot be right; its text is one Chinese sentence for the user.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// normalise drops blanks, turns full-width characters into half-width ones and
// letters into capitals.
func normalise(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b':
			return -1
		case r >= '！' && r <= '～':
			r = r - '！' + '!'
		}
		if r < unicode.MaxASCII {
			return unicode.ToUpper(r)
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// provinces are the first two digits of GB/T 2260, with 81, 82 and 83 as the
// residence permits of Hong Kong, Macao and Taiwan residents use them.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

func knownProvince(code string) bool {
	return strings.Contains(provinces, " "+code+" ")
}
