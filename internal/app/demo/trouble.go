package demo

import "yigai/internal/period"

// trouble is something that happened to one institution in one month, so that a check speaks up.
type trouble struct {
	code string
	ago  int // months before the open month
	// change makes it so; before are the figures of the month before.
	change func(f, before figures)
	why    string // the clerk's explanation; empty where nobody explained it yet
}

// troubles are the figures that are meant to fail.
var troubles = []trouble{
	{"K-T08", 0, busier, "流感和手足口病同时流行,发热门诊就诊增加"},
	{"K-T03", 0, moreOutpatientsThanVisits, ""}, // a slip of the pen in a draft: an error
	{"K-T12", 0, extraBeds, ""},                 // a warning that waits for its explanation
	{"K-T02", 3, busier, "集中开展慢病随访和用药调整,就诊增加"},
	{"K-T02", 2, nothing, "上月集中随访结束,就诊回到平时水平"},
	{"K-MCH", 6, womenScreening, "承担农村妇女“两癌”筛查项目,经费列公共卫生支出"},
	{"K-T05", 9, extraBeds, "呼吸道疾病高发,走廊加床,已报卫健委备案"},
	{"K-T10", 14, recordsCleared, "清理迁出和死亡居民的档案"},
}

// troubleOf finds what happened to the institution in a month.
func troubleOf(code string, open, month period.Month) (trouble, bool) {
	for _, t := range troubles {
		if t.code == code && open.Add(-t.ago) == month {
			return t, true
		}
	}
	return trouble{}, false
}

// why is how the clerk explains the warnings of a report: nothing of the kind is handed in without a word.
func (s story) why(t trouble) string {
	if t.why == "" && len(s.submissions) > 0 {
		return "已与登记台账核对,数据无误"
	}
	return t.why
}

// busier brings a good third more visits than the month before: L21a.
func busier(f, before figures) {
	const more = 13_400
	added := of(before["visits_outp_emerg"], more) - f["visits_outp_emerg"]
	f["visits_outp_emerg"] += added
	f["visits_total"] += added
}

func moreOutpatientsThanVisits(f, _ figures) { f["visits_outp_emerg"] = f["visits_total"] + 126 }

// extraBeds puts more people up than there are beds: L03b.
func extraBeds(f, _ figures) { f["bed_days_occupied"] = of(f["bed_days_open"], 10_450) }

func womenScreening(f, _ figures) { f["expense_public_health"] = 8_640_000 }

// recordsCleared lowers a number that otherwise only grows: L19a.
func recordsCleared(f, before figures) { f["ehr_total"] = before["ehr_total"] - 60 }

// nothing happened; the month before did.
func nothing(figures, figures) {}
