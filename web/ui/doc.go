// Package ui is the design system: every page of the product is built from these templ components.
//
// A component takes one typed value and does no work: no queries, no permissions, no date arithmetic.
// Everything works without JavaScript; web/static/app.js only makes it faster. No component needs an
// inline script or an inline style, so a Content-Security-Policy of 'self' is enough.
//
// What the application knows about every page (county, person, navigation, flash messages) travels in
// the context as a Shell; what one page says about itself is its Frame. A room writes:
//
//	@ui.Page(ui.Frame{Title: "派驻管理", Primary: &ui.Action{Label: "新增派驻", URL: "/secondments/new"}}) {
//		@ui.DataTable(table)
//	}
//
// The package imports nothing of this project.
package ui
