package account

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The password policy: long, or mixed, and not what an attacker tries first. There is no forced rotation: it makes
// people count up the last digit (OWASP ASVS 5.0 6.2.10, NIST SP 800-63B 5.1.1.2); a password is changed when there
// is a reason, and an administrator can demand it by resetting. The choice is recorded in decision 0008.
const (
	longEnough   = 10 // of any characters
	mixedEnough  = 8  // when three of four classes are there, as 等级保护 assessors expect
	longestTyped = 128
)

// PasswordRule says the policy in one sentence, for hints beside the field.
const PasswordRule = "至少 10 个字符;或至少 8 个字符且含大写字母、小写字母、数字、符号中的三种。不能全是数字,不能包含用户名,不能是常见密码。"

//go:embed common_passwords.txt
var commonText string

// common holds what is tried first: the commonest passwords and the words of this trade, in lower case.
var common = strings.Fields(commonText)

// weakness says in one sentence what is wrong with a password, "" when it is good enough.
func weakness(password, username string) string {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return "密码中有不能使用的字符"
	case n > longestTyped:
		return "密码最多 128 个字符"
	case n < mixedEnough || n < longEnough && classes(password) < 3:
		return "密码太短:至少 10 个字符,或至少 8 个字符且含大写字母、小写字母、数字、符号中的三种"
	case !strings.ContainsFunc(password, func(r rune) bool { return !unicode.IsDigit(r) }):
		return "密码不能全是数字"
	case names(password, username):
		return "密码不能包含用户名"
	case guessable(password):
		return "这是常见密码,容易被猜到,请换一个"
	}
	return ""
}

func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

func names(password, username string) bool {
	p, u := strings.ToLower(password), strings.ToLower(username)
	return p == u || len(u) >= 4 && strings.Contains(p, u)
}

// guessable looks the password up as typed and without the digits and signs people put around a common word.
func guessable(password string) bool {
	p := strings.ToLower(password)
	word := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.Contains(common, p) || slices.Contains(common, word) || few(p) || run(p)
}

// few reports fewer than four different characters: 88888888aa, abababab12.
func few(p string) bool {
	seen := map[rune]bool{}
	for _, r := range p {
		seen[r] = true
	}
	return len(seen) < 4
}

// run reports that the characters only count up or down: abcdefghij, 9876543210.
func run(p string) bool {
	up, down := true, true
	for i := 1; i < len(p); i++ {
		up = up && p[i] == p[i-1]+1
		down = down && p[i] == p[i-1]-1
	}
	return up || down
}
