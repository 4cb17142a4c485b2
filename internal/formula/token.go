package formula

import (
	"fmt"
	"strings"
	"unicode"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenNumber
	tokenWord   // a slug
	tokenName   // a reserved word: function or logic
	tokenSymbol // operator, bracket, comma, @
)

// token is one word of the formula; text is already in canonical spelling.
type token struct {
	kind tokenKind
	text string
	pos  int // 1-based rune position
}

func (t token) is(symbol string) bool {
	return (t.kind == tokenSymbol || t.kind == tokenName) && t.text == symbol
}

// lexer cuts the source into tokens.
type lexer struct {
	src []rune
	at  int
}

func (l *lexer) next() (token, error) {
	for l.at < len(l.src) && unicode.IsSpace(l.src[l.at]) {
		l.at++
	}
	switch c := l.peek(0); {
	case c == 0 && l.at >= len(l.src):
		return token{kind: tokenEnd, pos: len(l.src) + 1}, nil
	case isDigit(c):
		return l.number()
	case isLetter(c):
		return l.word()
	default:
		return l.symbol(c)
	}
}

// peek returns the rune n places ahead in half-width form, 0 after the end.
func (l *lexer) peek(n int) rune {
	if l.at+n >= len(l.src) {
		return 0
	}
	return halfWidth(l.src[l.at+n])
}

// take consumes runes while keep holds and returns them.
func (l *lexer) take(keep func(rune) bool) string {
	var b strings.Builder
	for l.at < len(l.src) && keep(l.peek(0)) {
		b.WriteRune(l.peek(0))
		l.at++
	}
	return b.String()
}

func (l *lexer) number() (token, error) {
	pos := l.at + 1
	text := l.take(isDigit)
	if l.peek(0) == '.' {
		l.at++
		fraction := l.take(isDigit)
		if fraction == "" {
			return token{}, fail(l.at, "小数点后面缺少数字")
		}
		text = strings.TrimRight(text+"."+fraction, "0")
	}
	if c := l.peek(0); c == '.' || isLetter(c) {
		return token{}, fail(l.at+1, "数字后面不能直接写“%s”,数字只由数字和一个小数点组成", show(c))
	}
	return token{kind: tokenNumber, text: text, pos: pos}, nil
}

func (l *lexer) word() (token, error) {
	pos := l.at + 1
	text := l.take(func(c rune) bool { return isLetter(c) || isDigit(c) })
	if lower := strings.ToLower(text); Reserved(lower) {
		return token{kind: tokenName, text: lower, pos: pos}, nil
	}
	if text[0] == '_' || strings.ToLower(text) != text {
		return token{}, fail(pos, "数据项编码“%s”写法不对,应以小写字母开头,只含小写字母、数字和下划线", text)
	}
	return token{kind: tokenWord, text: text, pos: pos}, nil
}

func (l *lexer) symbol(c rune) (token, error) {
	pos := l.at + 1
	pair := string([]rune{c, l.peek(1)})
	if text, ok := pairs[pair]; ok {
		l.at += 2
		return token{kind: tokenSymbol, text: text, pos: pos}, nil
	}
	if hint, ok := pairHints[pair]; ok {
		return token{}, fail(pos, "“%s”%s", pair, hint)
	}
	if text, ok := singles[c]; ok {
		l.at++
		return token{kind: tokenSymbol, text: text, pos: pos}, nil
	}
	if hint, ok := hints[c]; ok {
		return token{}, fail(pos, "“%s”%s", show(c), hint)
	}
	return token{}, fail(pos, "不认识“%s”,公式里只能写数据项编码、数字、运算符号、括号和函数", show(c))
}

var pairs = map[string]string{
	"<=": "<=", ">=": ">=", "<>": "<>", "!=": "<>", "==": "=",
}

var singles = map[rune]string{
	'+': "+", '-': "-", '*': "*", '/': "/", '(': "(", ')': ")", ',': ",", '@': "@",
	'<': "<", '>': ">", '=': "=", '×': "*", '÷': "/", '−': "-", '≤': "<=", '≥': ">=", '≠': "<>",
}

// pairHints and hints answer the spellings people bring from other tools.
var pairHints = map[string]string{
	"=<": "应写成“<=”",
	"=>": "应写成“>=”",
	"&&": "应写成“and”",
	"||": "应写成“or”",
	"**": "不能用,没有乘方运算",
}

var hints = map[rune]string{
	'!': "应写成“not”,不等于写成“<>”",
	'&': "应写成“and”",
	'|': "应写成“or”",
	'%': "不能用,百分数请写成 100*分子/分母",
	'^': "不能用,没有乘方运算",
	'.': "前面缺少数字,小数请写成 0.5 的样子",
	'[': "不能用,括号只用圆括号",
	']': "不能用,括号只用圆括号",
	'{': "不能用,括号只用圆括号",
	'}': "不能用,括号只用圆括号",
	';': "不能用,参数之间用逗号",
}

// halfWidth folds full-width ASCII, as a Chinese input method types it.
func halfWidth(c rune) rune {
	if c >= '！' && c <= '～' {
		return c - '！' + '!'
	}
	return c
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func isLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// show prints a rune for an error message, invisible ones by number.
func show(c rune) string {
	if c == unicode.ReplacementChar || !unicode.IsPrint(c) {
		return fmt.Sprintf("U+%04X", c)
	}
	return string(c)
}
