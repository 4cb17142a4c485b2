package formula

import (
	"fmt"
	"strings"
)

// Spreadsheet writes the formula as Excel and WPS read it, the address of each figure from the caller. A figure that
// is missing leaves the result empty, as it does here. Only arithmetic can be written so: ok is false for anything
// else, and when a figure has no address.
func (e *Expr) Spreadsheet(address func(Ref) (string, bool)) (text string, ok bool) {
	var refs []string
	ok = true
	body := func() string {
		var b strings.Builder
		ok = e.root.spreadsheet(&b, func(r Ref) string {
			at, known := address(r)
			ok = ok && known
			refs = append(refs, at)
			return at
		}) && ok
		return b.String()
	}()
	if !ok || len(refs) == 0 {
		return "", false
	}
	return fmt.Sprintf(`IF(COUNT(%s)<%d,"",IFERROR(%s,""))`, strings.Join(refs, ","), len(refs), body), true
}

// spreadsheet writes one step and reports whether a spreadsheet computes it the same way.
func (n *node) spreadsheet(b *strings.Builder, address func(Ref) string) bool {
	switch n.op {
	case opNumber:
		b.WriteString(n.number.String())
		return true
	case opRef:
		b.WriteString(address(n.ref))
		return true
	case opNeg:
		b.WriteString("(-")
		defer b.WriteByte(')')
		return n.args[0].spreadsheet(b, address)
	case opAdd, opSub, opMul, opDiv:
		b.WriteByte('(')
		defer b.WriteByte(')')
		left := n.args[0].spreadsheet(b, address)
		b.WriteString(signs[n.op])
		return n.args[1].spreadsheet(b, address) && left
	}
	return false
}
