package ui

import "github.com/shopspring/decimal"

func galleryMonths(values string) []Point {
	year, month := 2024, 8
	var out []Point
	for i := 0; i+3 < len(values); i += 5 {
		out = append(out, galleryMonth(year, month, values[i:i+4]))
		if month++; month > 12 {
			year, month = year+1, 1
		}
	}
	return out
}

func galleryMonth(year, month int, value string) Point {
	if value == "----" {
		return MonthPoint(year, month, nil)
	}
	return MonthPoint(year, month, dec(value))
}

const (
	bedsNow    = "55.2 57.8 58.4 56.0 59.9 52.1 54.6 60.3 61.8 63.0 62.2 61.4 63.9 ---- ---- 64.8 ---- 58.2 60.1 63.5 66.0 65.2 62.9 65.0"
	bedsBefore = "51.0 52.2 54.4 53.1 55.0 48.8 50.2 55.1 57.2 58.0 57.7 56.9 55.2 57.8 58.4 56.0 59.9 52.1 54.6 60.3 61.8 63.0 62.2 61.4"
)

func galleryLine() Line {
	return Line{
		Title: "病床使用率", Unit: "%", Places: 1, Numbers: true,
		Points: galleryMonths(bedsNow), Compare: galleryMonths(bedsBefore),
		Target: &Target{Low: dec("60"), High: dec("85"), Label: "60–85"},
	}
}

func galleryRank() Rank {
	names := []string{"大榆树镇中心卫生院", "麦新镇中心卫生院", "建华镇卫生院", "东风镇卫生院", "吉日嘎郎吐镇中心卫生院", "小街基镇卫生院", "黑龙坝镇卫生院"}
	shares := []string{"79.1", "78.0", "76.4", "74.9", "70.2", "61.55", ""}
	r := Rank{Title: "高血压规范管理率", Unit: "%", Target: dec("76"), Places: 1}
	for i, name := range names {
		r.Items = append(r.Items, galleryBar(name, shares[i], r.Target))
	}
	return r
}

func galleryBar(name, share string, target *decimal.Decimal) Bar {
	if share == "" {
		return Bar{Label: name, URL: "/ui", Note: "7月未报"}
	}
	b := Bar{Label: name, URL: "/ui", Value: dec(share)}
	if b.Value.LessThan(*target) {
		b.Tone = Warn
	}
	return b
}

func galleryStats() []Stat {
	met, notMet, unknown := StatusFor("met"), StatusFor("not_met"), StatusFor("not_known")
	return []Stat{
		{Label: "病床使用率", URL: "/ui", Value: "64.97", Unit: "%", Status: &met, Target: "60–85", Change: "+2.1", ChangeNote: "环比", ChangeTone: Good, Trend: galleryMonths(bedsNow), Help: HelpText{Text: "占用床日 ÷ 开放床日"}},
		{Label: "高血压规范管理率", URL: "/ui", Value: "74.9", Unit: "%", Status: &notMet, Target: "≥76", Change: Signed(*dec("-1.2"), 1), ChangeNote: "环比", ChangeTone: Bad, Trend: galleryMonths(bedsBefore)},
		{Label: "总诊疗人次", URL: "/ui", Value: "128,406", Unit: "人次", Change: "+5.6%", ChangeNote: "同比", Note: "21/23 家"},
		{Label: "下沉率", URL: "/ui", Value: Dash, Status: &unknown, Note: "分母缺 2 家"},
	}
}

func galleryOrigin() Origin {
	return Origin{
		Value: "64.97", Unit: "%", Formula: "实际占用总床日数 ÷ 实际开放总床日数 × 100", Worked: "1,007 ÷ 1,550 × 100", Version: "v1,2026-01 起",
		Sources: []Source{
			{Label: "实际占用总床日数", Value: "1,007", Place: "基层月报 2026-07 第 1.3.2 行", URL: "/ui", Steps: []string{"王× 填 8-02 16:20", "上报 8-03 10:12", "审核 张× 8-03 15:01"}},
			{Label: "实际开放总床日数", Value: "1,550", Place: "基层月报 2026-07 第 1.3.1 行", URL: "/ui", Steps: []string{"王× 填 8-02 16:18"}},
			{Label: "家庭病床床日数", Place: "登记册:家庭病床", Missing: true},
		},
		Terms: []Term{{Label: "目标", Value: "60–85(默认,非官方)"}, {Label: "历史版本", Value: "1"}, {Label: "更正", Value: "0"}},
	}
}

func galleryEvents() []Event {
	return []Event{
		{When: "2026-08-03 15:01", Who: "张×(县卫健局)", What: "审核通过", Tone: Good},
		{When: "2026-08-03 10:12", Who: "王×", What: "重新上报", Tone: Accent, Changes: []Changed{{Label: "3.1.1 门急诊人次", Before: "5,410", After: "5,140"}, {Label: "3.2 出院人数", After: "118"}}},
		{When: "2026-08-02 17:30", Who: "张×(县卫健局)", What: "退回", Tone: Bad, Note: "3.1.1 与 6.1 不符:门急诊人次不能大于总诊疗人次。"},
	}
}

func galleryTiles() []Tile {
	names := []string{"麦新镇中心卫生院", "东风镇卫生院", "大榆树镇中心卫生院", "建华镇卫生院", "小街基镇卫生院", "黑龙坝镇卫生院", "义和塔拉镇卫生院", "开鲁镇社区卫生服务中心"}
	codes := []string{"accepted", "submitted", "returned", "accepted", "draft", "not_started", "late", "locked"}
	var out []Tile
	for i, name := range names {
		out = append(out, Tile{Label: name, URL: "/ui", Status: StatusFor(codes[i]), Title: name + " 基层月报 2026年7月"})
	}
	return out
}

func galleryStack() Stack {
	counts := map[string][]int{"基层医疗卫生机构月报": {12, 4, 1, 2, 1}, "县级医院月报": {3, 0, 0, 0, 0}, "村卫生室代报": {0, 8, 0, 6, 6}}
	s := Stack{Title: "报送进度"}
	for _, form := range []string{"基层医疗卫生机构月报", "县级医院月报", "村卫生室代报"} {
		row := StackRow{Label: form, URL: "/ui"}
		for i, code := range []string{"accepted", "submitted", "returned", "draft", "not_started"} {
			row.Parts = append(row.Parts, StackPart{Label: StatusFor(code).Word, URL: "/ui", Tone: StatusFor(code).Tone, Count: counts[form][i]})
		}
		row.Note = Int(int64(counts[form][0]+counts[form][1])) + "/" + Int(int64(row.sum()))
		s.Rows = append(s.Rows, row)
	}
	return s
}

func galleryMap() TileMap {
	m := TileMap{ID: "gallery-map", Title: "高血压规范管理率", Unit: "%", Places: 1}
	for i, b := range galleryRank().Items {
		m.Tiles = append(m.Tiles, MapTile{Label: b.Label, URL: "/ui", Title: b.Label, Row: 1 + i/3, Column: 1 + i%3, Value: b.Value, Note: "未报", Own: i == 1})
	}
	return m
}
