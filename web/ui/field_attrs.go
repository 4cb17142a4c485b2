package ui

import (
	"maps"
	"strconv"

	"github.com/a-h/templ"
)

// attrs is what every kind of input has in common.
func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{
		"id": f.id(), "name": f.Name,
		"required": f.Required, "disabled": f.Disabled, "readonly": f.ReadOnly, "autofocus": f.AutoFocus,
	}
	setText(a, "placeholder", f.Placeholder)
	setText(a, "autocomplete", f.Autocomplete)
	setText(a, "pattern", f.Pattern)
	setText(a, "min", f.Min)
	setText(a, "max", f.Max)
	setText(a, "aria-describedby", f.describedBy())
	if f.Problem != "" {
		a["aria-invalid"] = "true"
	}
	if f.MaxLength > 0 {
		a["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	maps.Copy(a, f.Attrs)
	return a
}

func setText(a templ.Attributes, name, value string) {
	if value != "" {
		a[name] = value
	}
}

func (f Field) inputClass(base string) string {
	if f.Short {
		base += " w-short"
	}
	if f.Problem != "" {
		base += " is-invalid"
	}
	return base
}

func (f Field) rows() string {
	if f.Rows > 0 {
		return strconv.Itoa(f.Rows)
	}
	return "3"
}
