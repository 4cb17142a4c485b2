package main

import (
	"regexp"
	"strings"

	"yigai/internal/preset"
)

// lightest is the weight of a figure that no rule puts above another.
const lightest = 40.0

// order is the part of a rule that says which figure is at least, or exactly, a sum of others.
var order = regexp.MustCompile(`(?:^|,)([a-z0-9_]+)(<=|>=|=)([a-z0-9_]+(?:\+[a-z0-9_]+)*)\)?$`)

// conditions lists every rule of the pack with its elements put in.
func conditions(pack *preset.Pack) []string {
	var all []string
	for _, c := range pack.Checks {
		for _, one := range c.Instances() {
			all = append(all, one.Condition)
		}
	}
	return all
}

// weigh gives each element a size such that most generated figures keep the checks, as a real county's do: a form whose
// every cell carries a finding would measure something else. Elements that are not mentioned weigh lightest.
func weigh(conditions []string) map[string]float64 {
	weights := map[string]float64{}
	of := func(slug string) float64 {
		if weights[slug] == 0 {
			weights[slug] = lightest
		}
		return weights[slug]
	}
	for range 12 { // longer than any chain of rules
		for _, c := range conditions {
			m := order.FindStringSubmatch(strings.ReplaceAll(c, " ", ""))
			if m == nil {
				continue
			}
			big, parts := m[1], strings.Split(m[3], "+")
			if m[2] == "<=" && len(parts) == 1 {
				big, parts = parts[0], []string{big}
			}
			sum := 0.0
			for _, p := range parts {
				sum += of(p)
			}
			switch {
			case m[2] == "=":
				weights[big] = sum
			case m[2] == ">=" || len(parts) == 1:
				weights[big] = max(of(big), 1.1*sum)
			}
		}
	}
	return weights
}
