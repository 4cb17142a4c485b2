package formula

// function describes one function of the language.
type function struct {
	op       op
	min, max int
	usage    string
	operands func(i int) operandType
}

type operandType uint8

const (
	wantNumber operandType = iota
	wantCondition
	wantSame // the type of the branch before it
	wantAny
)

const manyArguments = 1 << 20

var functions = map[string]function{
	"min":     {opMin, 2, manyArguments, "min(甲, 乙, …)", all(wantNumber)},
	"max":     {opMax, 2, manyArguments, "max(甲, 乙, …)", all(wantNumber)},
	"abs":     {opAbs, 1, 1, "abs(数)", all(wantNumber)},
	"if":      {opIf, 3, 3, "if(条件, 成立时的值, 不成立时的值)", ifOperand},
	"implies": {opImplies, 2, 2, "implies(前提, 结论)", all(wantCondition)},
	"iff":     {opIff, 2, 2, "iff(条件, 条件)", all(wantCondition)},
	"empty":   {opEmpty, 1, 1, "empty(数据项)", all(wantNumber)},
}

var windowUsage = map[string]string{
	"py":  "py(数据项)",
	"pp":  "pp(数据项)",
	"ytd": "ytd(数据项)",
}

const functionList = "min、max、abs、if、py、pp、ytd、implies、iff、empty"

func all(t operandType) func(int) operandType {
	return func(int) operandType { return t }
}

func ifOperand(i int) operandType {
	return [...]operandType{wantCondition, wantAny, wantSame}[i]
}

// Reserved reports whether a word belongs to the language and so cannot be the
// slug of an element.
func Reserved(word string) bool {
	_, isFunction := functions[word]
	_, isWindow := windowNames[word]
	return isFunction || isWindow || word == "and" || word == "or" || word == "not"
}
