package formula

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestCanonicalText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"product binds tighter than sum", "a + b * c", "a+b*c"},
		{"brackets that matter stay", "( a + b ) * c", "(a+b)*c"},
		{"brackets that do not matter go", "((a*b))/((c))", "a*b/c"},
		{"difference groups to the left", "a-b-c", "a-b-c"},
		{"a bracketed right side stays", "a-(b-c)", "a-(b-c)"},
		{"division groups to the left", "a/b*c", "a/b*c"},
		{"minus binds tighter than product", "-a*b", "-a*b"},
		{"minus of a product keeps its brackets", "-(a*b)", "-(a*b)"},
		{"minus after a sign", "a - -b * -2", "a--b*-2"},
		{"and binds tighter than or", "a>0 or b>0 and c>0", "a > 0 or b > 0 and c > 0"},
		{"or in brackets stays", "(a>0 or b>0) and c>0", "(a > 0 or b > 0) and c > 0"},
		{"not covers the comparison", "not a+1>b", "not a+1 > b"},
		{"not covers no and", "not a>0 and b>0", "not a > 0 and b > 0"},
		{"not of an and keeps its brackets", "not (a>0 and b>0)", "not (a > 0 and b > 0)"},
		{"a chain stays a chain", "a>=b>=c=0", "a >= b >= c = 0"},
		{"two spellings of equal and unequal", "a==b and c!=d", "a = b and c <> d"},
		{"words in capitals as spreadsheets write them", "IF(a>0 AND NOT b>0,MAX(a,b),0)", "if(a > 0 and not b > 0, max(a, b), 0)"},
		{"a slug may begin with a word of the language", "android+order+notes+iffy", "android+order+notes+iffy"},
		{"numbers lose their idle zeros", "007.50*a", "7.5*a"},
		{"full-width brackets, digits and signs", "１００×（ａ＋ｂ）÷ｃ－ｍａｘ（ａ，ｂ）", "100*(a+b)/c-max(a, b)"},
		{"mathematical comparison signs", "a ≥ b and b ≤ c and c ≠ d and a＞b and a＜＝b", "a >= b and b <= c and c <> d and a > b and a <= b"},
		{"full-width space and mathematical minus", "a　−　b", "a-b"},
		{"a group", "visits @ grassroots / visits", "visits@grassroots/visits"},
		{"a window over an expression goes to the elements", "py(100*a@hospital/(b+1))", "100*py(a@hospital)/(py(b)+1)"},
		{"last year's year to date, both ways", "py(ytd(x))+ytd(py(x))", "py(ytd(x))+py(ytd(x))"},
		{"a mixed window", "py(a+ytd(b))", "py(a)+py(ytd(b))"},
		{"a window of a condition", "py(empty(a))", "empty(py(a))"},
		{"functions", "abs( min(a,b,1) )", "abs(min(a, b, 1))"},
		{"rules", "implies(a>0,iff(b=0,empty(c)))", "implies(a > 0, iff(b = 0, empty(c)))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, c.src)
			if e.String() != c.want {
				t.Fatalf("Parse(%q) = %s, want %s", c.src, e, c.want)
			}
			if again := mustParse(t, e.String()); !reflect.DeepEqual(again.root, e.root) {
				t.Errorf("%s does not parse to itself: %s", e, again)
			}
		})
	}
}

func TestSyntaxErrorsSayWhereAndWhat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src  string
		pos  int
		want string
	}{
		{"", 1, "公式是空的,请写出数据项和运算,例如 100*bed_days_occupied/bed_days_open"},
		{" 　 ", 1, "公式是空的,请写出数据项和运算,例如 100*bed_days_occupied/bed_days_open"},
		{"a+", 3, "公式没有写完,这里应写数据项编码、数字、函数或左括号"},
		{"a*/b", 3, "这里应写数据项编码、数字、函数或左括号,却写了“/”"},
		{"a b", 3, "“b”前面缺少运算符号,例如 + - * / 或 and"},
		{"2(a)", 2, "“(”前面缺少运算符号,例如 + - * / 或 and"},
		{"(a+b", 5, "缺少右括号“)”,与第 1 个字符的左括号配对"},
		{"a+b)", 4, "多了一个右括号“)”,前面没有与它配对的左括号"},
		{"1,000*a", 2, "这里不能写逗号,逗号只用来分开函数的参数,数字里也不写千位逗号"},
		{"(a+b)@hospital", 6, "“@”要紧跟在数据项编码后面,例如 visits_total@grassroots"},
		{"a@", 3, "“@”后面缺少机构类别,例如 grassroots(基层)、hospital(医院)"},
		{"a@1", 3, "“@”后面缺少机构类别,例如 grassroots(基层)、hospital(医院)"},
		{"sum(a,b)", 1, "没有函数“sum”,可用的函数有 min、max、abs、if、py、pp、ytd、implies、iff、empty"},
		{"a+min", 6, "函数“min”后面缺少左括号,写法是 min(甲, 乙, …)"},
		{"min(a)", 1, "函数“min”的参数不够,写法是 min(甲, 乙, …),现在有 1 个"},
		{"abs()", 1, "函数“abs”的参数不够,写法是 abs(数),现在有 0 个"},
		{"1+abs(a,b)", 3, "函数“abs”的参数太多,写法是 abs(数),现在有 2 个"},
		{"if(a>0,b)", 1, "函数“if”的参数不够,写法是 if(条件, 成立时的值, 不成立时的值),现在有 2 个"},
		{"if(a,b,c)", 4, "“if”要用条件(如 a > b),这里却是一个数"},
		{"if(a>0,b,c>0)", 10, "“if”的两个结果要么都是数,要么都是条件"},
		{"a+(b>c)", 3, "“+”要用数来算,这里却是条件;需要时请用 if(条件, 1, 0) 转成数"},
		{"(a>b)*2", 1, "“*”要用数来算,这里却是条件;需要时请用 if(条件, 1, 0) 转成数"},
		{"a>0 and b", 9, "“and”要用条件(如 a > b),这里却是一个数"},
		{"not a", 5, "“not”要用条件(如 a > b),这里却是一个数"},
		{"a<b>c", 4, "连写的比较要朝同一个方向,例如 a >= b >= c;其他情况请用 and 连接"},
		{"a<>b<>c", 5, "连写的比较要朝同一个方向,例如 a >= b >= c;其他情况请用 and 连接"},
		{"py(py(x))", 4, "py、pp、ytd 不能这样套用,只有 py(ytd(数据项)) 和 ytd(py(数据项)) 可以,都表示去年同期累计"},
		{"1+pp(a+ytd(x))", 8, "py、pp、ytd 不能这样套用,只有 py(ytd(数据项)) 和 ytd(py(数据项)) 可以,都表示去年同期累计"},
		{"py(ytd(py(x)))", 8, "py、pp、ytd 不能这样套用,只有 py(ytd(数据项)) 和 ytd(py(数据项)) 可以,都表示去年同期累计"},
		{"2*py(12)", 3, "“py”里面没有数据项,写法是 py(数据项)"},
		{"总人数/b", 1, "不认识“总”,公式里只能写数据项编码、数字、运算符号、括号和函数"},
		{"a\u200b", 2, "不认识“U+200B”,公式里只能写数据项编码、数字、运算符号、括号和函数"},
		{"a\x00b", 2, "不认识“U+0000”,公式里只能写数据项编码、数字、运算符号、括号和函数"},
		{"a\xff", 2, "不认识“U+FFFD”,公式里只能写数据项编码、数字、运算符号、括号和函数"},
		{"Visits/b", 1, "数据项编码“Visits”写法不对,应以小写字母开头,只含小写字母、数字和下划线"},
		{"1+_a", 3, "数据项编码“_a”写法不对,应以小写字母开头,只含小写字母、数字和下划线"},
		{"2a", 2, "数字后面不能直接写“a”,数字只由数字和一个小数点组成"},
		{"1e9*a", 2, "数字后面不能直接写“e”,数字只由数字和一个小数点组成"},
		{"1.2.3", 4, "数字后面不能直接写“.”,数字只由数字和一个小数点组成"},
		{"3.*a", 2, "小数点后面缺少数字"},
		{".5*a", 1, "“.”前面缺少数字,小数请写成 0.5 的样子"},
		{"50%", 3, "“%”不能用,百分数请写成 100*分子/分母"},
		{"a=>b", 2, "“=>”应写成“>=”"},
		{"a>0 && b>0", 5, "“&&”应写成“and”"},
		{"a**2", 2, "“**”不能用,没有乘方运算"},
		{"1" + strings.Repeat("0", 31), 1, "数字太大或小数位太多,整数部分最多 30 位,小数最多 100 位"},
		{strings.Repeat("（", 51) + "a", 51, "括号和函数套得太深,最多 50 层"},
		{strings.Repeat("-", 51) + "a", 51, "括号和函数套得太深,最多 50 层"},
		{"a" + strings.Repeat("+a", 200), 401, "引用的数据项太多,最多 200 处"},
		{strings.Repeat("1+", 1000) + "1", 2001, "公式太长,最多 2000 个字符,现在有 2001 个"},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			e, err := Parse(c.src)
			var wrong *SyntaxError
			if !errors.As(err, &wrong) {
				t.Fatalf("Parse gave %v and %v, want a syntax error", e, err)
			}
			if wrong.Pos != c.pos || wrong.Message != c.want {
				t.Errorf("got %d %s\nwant %d %s", wrong.Pos, wrong.Message, c.pos, c.want)
			}
		})
	}
}

func TestSyntaxErrorPrintsPositionAndSentence(t *testing.T) {
	t.Parallel()
	_, err := Parse("a b")
	if want := "第 3 个字符:“b”前面缺少运算符号,例如 + - * / 或 and"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFormulasAtTheLimitsAreAccepted(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"2000 characters": strings.Repeat("1+", 999) + "11",
		"a long slug":     strings.Repeat("a", MaxRunes),
		"50 brackets":     strings.Repeat("(", 50) + "a" + strings.Repeat(")", 50),
		"50 signs":        strings.Repeat("-", 50) + "a",
		"200 references":  "a" + strings.Repeat("+a", 199),
		"the largest":     "1" + strings.Repeat("0", 30) + "*a",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, src)
			if again := mustParse(t, e.String()); again.String() != e.String() {
				t.Errorf("%s parses to %s", e, again)
			}
		})
	}
}

func TestTextThatWouldGrowBeyondTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	src := "py(ytd(" + strings.Repeat("aaaaa+", 199) + "a))"
	_, err := Parse(src)
	var wrong *SyntaxError
	if !errors.As(err, &wrong) || wrong.Pos != 1 || !strings.HasPrefix(wrong.Message, "公式整理后太长") {
		t.Errorf("Parse gave %v, want a refusal of the canonical text", err)
	}
}

func TestReferencesComeOnceInOrderWithTheirPosition(t *testing.T) {
	t.Parallel()
	e := mustParse(t, "100 × (b - py(a@cdc)) / py(a@cdc) + b")
	want := []Ref{{Slug: "b"}, {Slug: "a", Group: "cdc", Window: PrevYear}}
	got := e.Refs()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("Refs = %v, want %v", got, want)
	}
	if e.Pos(want[0]) != 8 || e.Pos(want[1]) != 15 || e.Pos(Ref{Slug: "zz"}) != 0 {
		t.Errorf("positions %d and %d, want 8 and 15", e.Pos(want[0]), e.Pos(want[1]))
	}
	got[0].Slug = "changed"
	if e.Refs()[0].Slug != "b" {
		t.Error("a caller changed the formula through Refs")
	}
}

func TestConditionsAreToldFromNumbers(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"a": false, "a+1": false, "if(a>0, 1, 2)": false, "max(a, b)": false,
		"a > 1": true, "not a > 1": true, "a>1 or b>1": true, "empty(a)": true,
		"implies(a>1, b>1)": true, "iff(a>1, b>1)": true, "if(a>0, b>0, c>0)": true,
	} {
		if got := mustParse(t, src).IsCondition(); got != want {
			t.Errorf("%s: IsCondition = %v", src, got)
		}
	}
}

func TestReservedWordsCannotBeSlugs(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"min", "max", "abs", "if", "py", "pp", "ytd", "implies", "iff", "empty", "and", "or", "not"} {
		if _, err := Parse(word); err == nil || !Reserved(word) {
			t.Errorf("%s is taken for an element", word)
		}
	}
	if Reserved("visits_total") {
		t.Error("visits_total is not a word of the language")
	}
}
