package identifier

import "strings"

// Level is the level of a division.
type Level int

// The levels from the top.
const (
	Province Level = iota + 1
	Prefecture
	County
	Township
	Village
)

// widths are the digits of a code by level: GB/T 2260 down to the county, the
// statistical division codes below it.
var widths = map[Level]int{Province: 2, Prefecture: 4, County: 6, Township: 9, Village: 12}

// Chinese returns the word a user reads.
func (l Level) Chinese() string {
	if l < Province || l > Village {
		return ""
	}
	return [...]string{"省", "市", "县", "乡镇", "村"}[l-1]
}

// Division is a valid division code; the zero value is none.
type Division struct {
	code  string
	level Level
}

// ParseDivision reads a code of 2, 4, 6, 9 or 12 digits; zeros that only fill up
// a higher level are dropped, so 150500 and 150500000000 are both 1505.
func ParseDivision(s string) (Division, error) {
	code := normalise(s)
	if !digits(code) || !validWidth(len(code)) {
		return Division{}, refuse("区划代码应为 2、4、6、9 或 12 位数字")
	}
	if !knownProvince(code[:2]) {
		return Division{}, refuse("区划代码前两位“%s”不是省级代码", code[:2])
	}
	level := levelOf(code)
	code = code[:widths[level]]
	if level == Village && code[6:9] == "000" {
		return Division{}, refuse("区划代码“%s”缺少乡级代码", code)
	}
	return Division{code: code, level: level}, nil
}

func validWidth(n int) bool {
	for _, width := range widths {
		if n == width {
			return true
		}
	}
	return false
}

// levelOf finds the lowest level whose own digits are not all zero.
func levelOf(code string) Level {
	for level := Village; level > Province; level-- {
		own := widths[level-1]
		if len(code) >= widths[level] && strings.Trim(code[own:widths[level]], "0") != "" {
			return level
		}
	}
	return Province
}

// Code returns the digits without filling zeros.
func (d Division) Code() string { return d.code }

// Padded returns the code filled up to 12 digits, as the statistical tables print it.
func (d Division) Padded() string {
	if d.code == "" {
		return ""
	}
	return d.code + strings.Repeat("0", 12-len(d.code))
}

// Level returns the level, 0 for none.
func (d Division) Level() Level { return d.level }

// Parent returns the division above; false for a province. The parent of a
// township in a prefecture without counties (东莞, 中山 …) is the prefecture.
func (d Division) Parent() (Division, bool) {
	if d.level <= Province {
		return Division{}, false
	}
	code := d.code[:widths[d.level-1]]
	level := levelOf(code)
	return Division{code: code[:widths[level]], level: level}, true
}

// Contains reports whether o is d or lies in it.
func (d Division) Contains(o Division) bool {
	return d.code != "" && strings.HasPrefix(o.code, d.code)
}
