// Package formula is the one expression language of the product: indicators,
// check rules and derived cells are all written in it.
//
// A formula names data elements by slug, optionally summed over one group of
// institutions (visits_total@grassroots) and read from another period: py(x)
// last year, pp(x) the period before, ytd(x) since January. Everything else is
// decimal arithmetic, comparison and logic, with the functions min, max, abs,
// if, implies, iff and empty.
//
//	expr    = or
//	or      = and { "or" and }
//	and     = not { "and" not }
//	not     = "not" not | compare
//	compare = sum { ("<" | "<=" | ">" | ">=" | "=" | "<>") sum }    a >= b >= c means both
//	sum     = product { ("+" | "-") product }
//	product = unary { ("*" | "/") unary }
//	unary   = "-" unary | operand
//	operand = number | slug [ "@" slug ] | name "(" expr { "," expr } ")" | "(" expr ")"
//
// Numbers and conditions are two types; a formula that mixes them is refused
// when it is parsed. Windows are distributed to the elements inside, so
// py(a/b) is py(a)/py(b), and py(ytd(x)) is last year's year to date.
//
// The package is pure: figures come from the caller's Env, no number is
// floating point, division stays an exact quotient until the outcome is
// rounded once, and a formula within the parser's limits always ends soon.
package formula
