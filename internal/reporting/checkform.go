package reporting

import (
	"fmt"
	"slices"

	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// formCheck collects what is wrong with a form before it is published.
type formCheck struct {
	catalogue *Catalogue
	form      preset.Form
	problems  []fault.Problem
}

func (c *formCheck) say(field, format string, args ...any) {
	c.problems = append(c.problems, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

// checkForm says everything that is wrong with a form.
func (c *Catalogue) checkForm(f preset.Form) error {
	check := &formCheck{catalogue: c, form: f}
	check.head()
	check.kinds()
	check.rows()
	if len(check.problems) == 0 {
		for _, twice := range c.askedTwice(f.Slug, recorded{f.Elements(), f.RecordedAt(), effectiveMonth(f), period.Month{}}) {
			check.say("sections", "%s", twice)
		}
	}
	if len(check.problems) > 0 {
		return fault.Invalid(check.problems...)
	}
	return nil
}

func (c *formCheck) head() {
	f := c.form
	if !slugShape.MatchString(f.Slug) {
		c.say("slug", "编码由小写字母、数字和下划线组成,以字母开头,最多 63 个字符")
	}
	if f.Title == "" {
		c.say("title", "请填写名称")
	}
	if f.Version < 1 {
		c.say("version", "版本号从 1 开始")
	}
	if _, err := period.Parse(f.EffectiveFrom); err != nil {
		c.say("effective_from", "%s", err.Error())
	}
	if f.Layout != preset.LayoutRows && f.Layout != preset.LayoutGrid {
		c.say("layout", "版式应为 rows 或 grid")
	}
	if f.Assign != preset.AssignKind && f.Assign != preset.AssignChosen {
		c.say("assign", "填报范围应为 kind(同类机构都填)或 chosen(指定机构填)")
	}
	if f.Due.Day < 1 || f.Due.Day > 28 || f.Due.NextMonths < 0 || f.Due.NextMonths > 12 {
		c.say("due", "截止日应在 1 到 28 日之间,截止月应在报告月之后 0 到 12 个月")
	}
}

func (c *formCheck) kinds() {
	c.known("fills_kinds", c.form.FillsKinds)
	switch c.form.Subject {
	case preset.SubjectSelf:
		if len(c.form.SubjectKinds) > 0 {
			c.say("subject_kinds", "填报本机构数据的表不需要填写代报对象")
		}
	case preset.SubjectChildren:
		c.known("subject_kinds", c.form.SubjectKinds)
	default:
		c.say("subject", "填报对象应为 self(本机构)或 children(下级机构)")
	}
}

func (c *formCheck) known(field string, kinds []string) {
	if len(kinds) == 0 {
		c.say(field, "请至少选择一类机构")
	}
	for _, kind := range kinds {
		if !slices.ContainsFunc(org.Kinds, func(k org.Kind) bool { return k.Name == kind }) {
			c.say(field, "没有“%s”这类机构", kind)
		}
	}
}

func (c *formCheck) rows() {
	seen := map[string]bool{}
	for i, s := range c.form.Sections {
		for j, r := range s.Rows {
			field := fmt.Sprintf("sections.%d.rows.%d", i, j)
			switch {
			case (r.Element == "") == (r.Derived == ""):
				c.say(field, "每行要么填一个数据项,要么写一个公式")
			case r.Derived != "":
				c.derived(field, r)
			case seen[r.Element]:
				c.say(field, "数据项“%s”在这张表里出现了两次", r.Element)
			default:
				seen[r.Element] = true
				c.entered(field, r.Element)
			}
		}
	}
	if len(seen) == 0 {
		c.say("sections", "表里至少要有一个数据项")
	}
}

func (c *formCheck) entered(field, slug string) {
	if e, ok := c.catalogue.bySlug[slug]; !ok {
		c.say(field, "没有编码为“%s”的数据项", slug)
	} else if e.Kind == preset.Calendar {
		c.say(field, "“%s”由系统按日历算出,不能填报", e.NameZH)
	}
}

func (c *formCheck) derived(field string, r preset.Row) {
	if r.Name == "" {
		c.say(field, "请填写名称")
	}
	expr, err := formula.Parse(r.Derived)
	if err != nil {
		c.say(field, "%s", err.Error())
		return
	}
	for _, ref := range expr.Refs() {
		if _, ok := c.catalogue.bySlug[ref.Slug]; !ok {
			c.say(field, "第 %d 个字符:没有编码为“%s”的数据项", expr.Pos(ref), ref.Slug)
		}
	}
}
