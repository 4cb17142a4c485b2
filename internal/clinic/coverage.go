package clinic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// State says how a village stands to the rule of coverage (沁阳 2023 三(一)1; VCL-01 to VCL-03).
type State string

// The states of a village.
const (
	Covered    State = "covered"    // has a clinic of its own
	Shared     State = "shared"     // shares one by the exception for small neighbours
	SeatExempt State = "seat"       // the township hospital stands here: none is needed
	NotAsked   State = "not_asked"  // no administrative village, or a natural one that is small enough
	Uncovered  State = "uncovered"  // needs one and has none
	Undecided  State = "not_stated" // cannot be decided: something is not known
)

// States are all of them in the order they are shown: what asks for work first.
var States = []State{Uncovered, Undecided, Shared, Covered, SeatExempt, NotAsked}

// Title is what a state is called.
func (s State) Title() string {
	return map[State]string{Covered: "有卫生室", Shared: "共用", SeatExempt: "卫生院所在地", NotAsked: "不要求", Uncovered: "空白", Undecided: "无法判断"}[s]
}

// Ground is what the rule looks at.
type Ground struct {
	Villages []Village
	Clinics  []Clinic        // open ones
	Seats    map[string]bool // villages in which a township hospital is known to stand, by its own place
	Minutes  map[Pair]int    // between villages
	Limits   Limits
}

// Pair are two villages in the order of their codes.
type Pair struct{ A, B string }

// PairOf puts two villages in order.
func PairOf(a, b string) Pair {
	if b < a {
		a, b = b, a
	}
	return Pair{a, b}
}

// Coverage is what becomes of one village.
type Coverage struct {
	Village Village
	State   State
	Clinics []Clinic // that serve it
	Why     string   // in words: the rule that decided
	Missing []string // what has to be known to decide
}

// ClinicNames names those that serve the village.
func (c Coverage) ClinicNames() string {
	names := make([]string, len(c.Clinics))
	for i, one := range c.Clinics {
		names[i] = one.Name
	}
	return strings.Join(names, "、")
}

// MissingWords names what has to be known to decide.
func (c Coverage) MissingWords() string { return strings.Join(c.Missing, "、") }

// Cover decides for every village, in the order given. A village with several clinics takes what speaks best for it.
func (g Ground) Cover() []Coverage {
	serving := map[string][]Clinic{}
	for _, c := range g.Clinics {
		for _, code := range c.Served() {
			serving[code] = append(serving[code], c)
		}
	}
	population, seated := map[string]*int{}, map[string]bool{}
	for _, v := range g.Villages {
		population[v.Code] = v.Population
		if g.seatStated(v) {
			seated[v.Township] = true
		}
	}
	out := make([]Coverage, len(g.Villages))
	for i, v := range g.Villages {
		out[i] = g.cover(v, serving[v.Code], population, seated[v.Township])
	}
	return out
}

func (g Ground) seatStated(v Village) bool {
	return !v.Natural && (v.Seat != nil && *v.Seat || v.Seat == nil && g.Seats[v.Code])
}

func (g Ground) cover(v Village, clinics []Clinic, population map[string]*int, seatKnown bool) Coverage {
	out := Coverage{Village: v, Clinics: clinics}
	if !v.Natural && !administrative(v.Code) {
		return out.as(NotAsked, "居委会、社区不是行政村")
	}
	for _, c := range clinics {
		if own(v.Code, c) {
			return out.as(Covered, c.Name)
		}
	}
	if g.seatStated(v) {
		return out.as(SeatExempt, "乡镇卫生院所在地可不设村卫生室")
	}
	if v.Natural {
		if decided, ok := g.coverNatural(out); ok {
			return decided
		}
	}
	return g.withoutOwn(out, population, seatKnown)
}

// as ends the question.
func (c Coverage) as(s State, why string) Coverage {
	c.State, c.Why = s, why
	if s != Undecided {
		c.Missing = nil
	}
	return c
}

// own reports whether the clinic stands in the village, or serves no other.
func own(code string, c Clinic) bool {
	return c.Division == code || len(c.Served()) == 1
}

// coverNatural asks whether a natural village is large enough to need a clinic of its own: 1500 and more (以上 includes the
// number itself).
func (g Ground) coverNatural(c Coverage) (Coverage, bool) {
	limit, v := g.Limits[limitNaturalPopulation], c.Village
	why := "自然村人口达到 " + limit.text() + " 人才要单设"
	if v.Population == nil {
		c.Missing = append(c.Missing, v.Name+"的人口")
		return c.as(Undecided, why), true
	}
	switch limit.atLeast(decimal.NewFromInt(int64(*v.Population))) {
	case NotKnown:
		c.Missing = append(c.Missing, limit.Title)
		return c.as(Undecided, why), true
	case NotMet:
		return c.as(NotAsked, fmt.Sprintf("自然村 %d 人,不到 %s 人", *v.Population, limit.text())), true
	}
	return c, false
}

// withoutOwn looks for a clinic that may be shared; what is not known leaves the question open.
func (g Ground) withoutOwn(c Coverage, population map[string]*int, seatKnown bool) Coverage {
	reasons := []string{}
	for _, shared := range c.Clinics {
		verdict, why, missing := g.share(c.Village.Code, shared, population)
		switch verdict {
		case Met:
			return c.as(Shared, why)
		case NotKnown:
			c.Missing = append(c.Missing, missing...)
		}
		reasons = append(reasons, why)
	}
	if c.Village.Seat == nil && !seatKnown && !c.Village.Natural {
		c.Missing = append(c.Missing, "是不是卫生院所在地")
	}
	if len(c.Clinics) == 0 {
		reasons = append(reasons, "没有卫生室服务")
	}
	if len(c.Missing) > 0 {
		slices.Sort(c.Missing)
		c.Missing = slices.Compact(c.Missing)
		return c.as(Undecided, strings.Join(reasons, ";"))
	}
	return c.as(Uncovered, strings.Join(reasons, ";"))
}

// share asks whether a village may share a clinic: both neighbours with at most 800 people and at most 15 minutes apart
// (以下, 以内 include the number itself). The partner is the village where the clinic stands; where that is not one it
// serves, every other village it serves.
func (g Ground) share(code string, c Clinic, population map[string]*int) (v Verdict, why string, missing []string) {
	partners := []string{c.Division}
	if !slices.Contains(c.Served(), c.Division) {
		partners = slices.DeleteFunc(slices.Clone(c.Served()), func(other string) bool { return other == code })
	}
	v, why = Met, "与相邻村共用"+c.Name
	for _, key := range []string{limitSharePopulation, limitShareMinutes} {
		if !g.Limits[key].Value.Valid {
			missing = append(missing, g.Limits[key].Title)
		}
	}
	worse := func(now Verdict, reason string) {
		if v != NotMet && now != Met {
			v, why = now, reason
		}
	}
	for _, one := range append([]string{code}, partners...) {
		now, reason := g.small(population[one])
		if population[one] == nil {
			missing = append(missing, g.name(one)+"的人口")
		}
		worse(now, g.name(one)+reason)
	}
	for _, partner := range partners {
		minutes, known := g.Minutes[PairOf(code, partner)]
		if !known {
			missing = append(missing, "到"+g.name(partner)+"的路程")
		}
		now, reason := g.near(minutes, known)
		worse(now, "到"+g.name(partner)+reason)
	}
	return v, why, missing
}

func (g Ground) small(population *int) (Verdict, string) {
	limit := g.Limits[limitSharePopulation]
	if population == nil {
		return NotKnown, "人口不清楚"
	}
	return limit.atMost(decimal.NewFromInt(int64(*population))), " " + strconv.Itoa(*population) + " 人,可共用的不超过 " + limit.text() + " 人"
}

func (g Ground) near(minutes int, known bool) (Verdict, string) {
	limit := g.Limits[limitShareMinutes]
	if !known {
		return NotKnown, "路程不清楚"
	}
	return limit.atMost(decimal.NewFromInt(int64(minutes))), " " + strconv.Itoa(minutes) + " 分钟,可共用的不超过 " + limit.text() + " 分钟"
}

func (g Ground) name(code string) string {
	i, found := slices.BinarySearchFunc(g.Villages, code, func(v Village, code string) int { return cmp.Compare(v.Code, code) })
	if !found {
		return code
	}
	return g.Villages[i].Name
}

// administrative tells villages from residents' committees by the last three digits of the statistical code (国家统计局
// 统计用区划代码编制规则: 001–199 居委会, 200–399 村委会, 400–499 类似居委会, 500–599 类似村委会).
func administrative(code string) bool {
	if len(code) < 12 {
		return false
	}
	switch code[9] {
	case '2', '3', '5':
		return true
	}
	return false
}

// RuleText is the rule in one sentence, with the numbers that hold.
func RuleText(l Limits) string {
	return fmt.Sprintf("规则:每个行政村、每个 %s 人及以上的自然村设 1 个卫生室;卫生院所在地可不设;都不超过 %s 人、相距不超过 %s 分钟的相邻村可共用。依据:%s",
		l[limitNaturalPopulation].text(), l[limitSharePopulation].text(), l[limitShareMinutes].text(), l[limitSharePopulation].Source)
}
