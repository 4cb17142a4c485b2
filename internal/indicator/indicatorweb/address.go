package indicatorweb

import (
	"net/url"

	"yigai/internal/period"
)

func indicatorURL(slug string) string { return "/indicators/" + url.PathEscape(slug) }

func valueURL(slug, institution string, m period.Month) string {
	return indicatorURL(slug) + valueEnd(institution, m)
}

// valueEnd is what follows the indicator in the address of a value.
func valueEnd(institution string, m period.Month) string {
	return "/values/" + url.PathEscape(institution) + "/" + m.String()
}

func definitionURL(slug string) string { return "/indicator-definitions/" + url.PathEscape(slug) }

// address is a page with its query; the order of parameters does not matter.
type address struct {
	path  string
	query url.Values
}

// with is the address with parameters changed, given as name, value, name, value …; "" removes one.
func (a address) with(changes ...string) string {
	q := url.Values{}
	for name, values := range a.query {
		if len(values) > 0 && values[0] != "" {
			q.Set(name, values[0])
		}
	}
	for n := 0; n+1 < len(changes); n += 2 {
		if q.Del(changes[n]); changes[n+1] != "" {
			q.Set(changes[n], changes[n+1])
		}
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}
