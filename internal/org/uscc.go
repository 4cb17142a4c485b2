package org

import (
	"strings"

	"yigai/internal/identifier"
)

// creditCode is the one spelling of a unified social credit code; one that is wrong stays as typed, in capitals.
func creditCode(text string) string {
	if c, err := identifier.USCC(text); err == nil {
		return c.Code
	}
	return strings.ToUpper(strings.TrimSpace(text))
}

func usccProblem(code string) string {
	if _, err := identifier.USCC(code); err != nil {
		return err.Error()
	}
	return ""
}

// usccWarning says what is unusual about a code whose check digit is right.
func usccWarning(code string) string {
	c, err := identifier.USCC(code)
	if err != nil {
		return ""
	}
	return strings.Join(c.Warnings, ";")
}
