package identifier

import "strings"

// MaskResidentID hides the date of birth: 360426********0071. Any other paper
// keeps its last two characters.
func MaskResidentID(s string) string {
	if len(s) == 18 && digits(s[:17]) {
		return s[:6] + "********" + s[14:]
	}
	return keep(s, 0, 2)
}

// MaskPhone hides the middle of a number: 138****5678. A short one keeps its
// last two digits.
func MaskPhone(s string) string {
	if len([]rune(s)) >= 11 {
		return keep(s, 3, 4)
	}
	return keep(s, 0, 2)
}

// MaskName keeps the first character: 张*.
func MaskName(s string) string {
	if len([]rune(s)) < 2 {
		return keep(s, 0, 0)
	}
	return keep(s, 1, 0)
}

// keep replaces all but the first and last characters by stars; a text so short
// that this would show most of it is hidden whole.
func keep(s string, first, last int) string {
	runes := []rune(s)
	if len(runes) < first+last+1 {
		first, last = 0, 0
	}
	hidden := strings.Repeat("*", len(runes)-first-last)
	return string(runes[:first]) + hidden + string(runes[len(runes)-last:])
}
