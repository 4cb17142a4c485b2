package identifier

import "strings"

// CreditCode is a valid unified social credit code.
type CreditCode struct {
	Code     string // 18 capitals and digits
	Region   string // 6 digits
	Warnings []string
}

// usccAlphabet is that of GB 32100-2015: no I, O, S, V, Z.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// usccAuthorities are the registering authorities of the first character.
const usccAuthorities = "123456789ANY"

// USCC checks a unified social credit code against GB 32100-2015. The inner
// check of GB 11714 and an unusual authority are warnings only.
func USCC(s string) (CreditCode, error) {
	code := normalise(s)
	if err := usccShape(code); err != nil {
		return CreditCode{}, err
	}
	if code[17] != usccCheck(code[:17]) {
		return CreditCode{}, refuse("统一社会信用代码的校验位不对,请核对是否输错")
	}
	c := CreditCode{Code: code, Region: code[2:8]}
	if !strings.Contains(usccAuthorities, code[:1]) {
		c.Warnings = append(c.Warnings, "统一社会信用代码的第 1 位“"+code[:1]+"”不常见,请核对")
	}
	if code[16] != organisationCheck(code[8:16]) {
		c.Warnings = append(c.Warnings, "统一社会信用代码中的组织机构代码校验位不符,请核对")
	}
	return c, nil
}

func usccShape(code string) error {
	switch {
	case code == "":
		return refuse("请填写统一社会信用代码")
	case len(code) != 18:
		return refuse("统一社会信用代码应为 18 位,现在是 %d 位", len([]rune(code)))
	case !digits(code[2:8]):
		return refuse("统一社会信用代码的第 3 到 8 位应为数字")
	}
	for _, r := range code {
		if !strings.ContainsRune(usccAlphabet, r) {
			return refuse("统一社会信用代码里不会有“%c”,请核对是否把 0 和 O、1 和 I 看错", r)
		}
	}
	return nil
}

// usccCheck is formula (1) of GB 32100-2015 with the weights 3^(i−1) mod 31.
func usccCheck(body string) byte {
	sum, weight := 0, 1
	for i := range len(body) {
		sum += strings.IndexByte(usccAlphabet, body[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// organisationWeights are those of GB 11714-1997.
var organisationWeights = [8]int{3, 7, 9, 10, 5, 8, 4, 2}

// organisationCheck is the check character of the organisation code in
// positions 9–16; letters count A=10 to Z=35.
func organisationCheck(body string) byte {
	sum := 0
	for i, weight := range organisationWeights {
		n := int(body[i] - '0')
		if body[i] >= 'A' {
			n = int(body[i]-'A') + 10
		}
		sum += n * weight
	}
	return "0X987654321"[sum%11]
}
