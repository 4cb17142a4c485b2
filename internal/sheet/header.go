package sheet

import (
	"fmt"
	"strings"
)

// headerRows is how many rows from the top may stand before the headings.
const headerRows = 20

// Column is one that the caller reads.
type Column struct {
	Key      string
	Titles   []string // the headings it is recognised by; the first is shown in messages
	Unit     string   // accepted in brackets after a heading: 总收入（元）
	Required bool
}

// ignored are headings the product itself adds to refused rows.
var ignored = map[string]bool{normalTitle(ReasonTitle): true, normalTitle(RowTitle): true}

// header maps columns to positions.
type header struct {
	titles  []string
	index   map[string]int
	unknown []string
	missing []string
	twice   string
}

// match reads one row as headings.
func match(cells []string, columns []Column) header {
	known := titlesOf(columns)
	h := header{titles: cells, index: map[string]int{}}
	for i, text := range cells {
		title := normalTitle(text)
		key, found := known[title]
		switch {
		case title == "" || ignored[title]:
		case !found:
			h.unknown = append(h.unknown, shorten(strings.TrimSpace(text)))
		case h.has(key):
			h.twice = shorten(strings.TrimSpace(text))
		default:
			h.index[key] = i
		}
	}
	for _, c := range columns {
		if c.Required && !h.has(c.Key) {
			h.missing = append(h.missing, c.title())
		}
	}
	return h
}

func (h header) has(key string) bool { _, ok := h.index[key]; return ok }

// complete reports whether the row can be the headings.
func (h header) complete() bool { return len(h.index) > 0 && len(h.missing) == 0 }

func titlesOf(columns []Column) map[string]string {
	known := map[string]string{}
	for _, c := range columns {
		for _, title := range append([]string{c.Key}, c.Titles...) {
			known[normalTitle(title)] = c.Key
			if c.Unit != "" {
				known[normalTitle(title+"("+c.Unit+")")] = c.Key
			}
		}
	}
	return known
}

func (c Column) title() string {
	if len(c.Titles) == 0 {
		return c.Key
	}
	return c.Titles[0]
}

// normalTitle makes headings comparable: without blanks, width, case and the
// marks of required columns.
func normalTitle(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case strings.ContainsRune(" \t\r\n\u00a0\u3000\ufeff\u200b", r):
			return -1
		}
		return r
	}, s)
	s = strings.ToLower(strings.TrimSuffix(s, "(必填)"))
	return strings.Trim(s, "*")
}

// problem says why no row of a table could be the headings.
func (h header) problem() error {
	if h.twice != "" && len(h.missing) == 0 {
		return refuse("“%s”一列出现了两次,请只保留一列", h.twice)
	}
	if len(h.missing) == 0 {
		return refuse("没有找到认识的表头,请使用模板")
	}
	return refuse("没有找到列“%s”,请使用模板里的表头", strings.Join(h.missing, "”“"))
}

// findings names the columns that are not read.
func (h header) findings() []Finding {
	var list []Finding
	for _, title := range h.unknown {
		list = append(list, Finding{Column: title, Message: fmt.Sprintf("不认识的列“%s”,没有读取", title)})
	}
	return list
}

// shorten keeps foreign text from filling a message.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > 30 {
		return string(runes[:30]) + "…"
	}
	return s
}
