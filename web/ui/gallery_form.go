package ui

func galleryForm() Form {
	return Form{
		ID: "posting", Action: "/ui", Upload: true, Columns: 2, Cancel: "/ui", Submit: "保存派驻",
		Extra: []Action{{Label: "保存并继续登记", Form: "posting", URL: "/ui?again=1"}}, Note: "保存后由接收单位确认。",
	}
}

func galleryFields() []Field {
	return []Field{
		{Name: "name", Label: "姓名", Value: "巴特尔·额尔德木图", Required: true, Autocomplete: "off"},
		{Name: "id_number", Label: "身份证号", Value: "15232319800101001", Required: true, Problem: "应为 18 位,现在是 17 位。", Hint: "加密保存,查看时默认遮盖。"},
		{Name: "end", Label: "计划结束", Value: "2026-06-30", Problem: "结束日期早于开始日期。"},
		{Name: "allowance", Label: "月补助", Value: "1,20o", Unit: "元", Problem: "请填写数字,例如 1200.00。", Help: "按艰苦地区类别和实际上班天数计算,可在此更正。"},
	}
}

func galleryHosts() []Option {
	return []Option{
		{Value: "K-T01", Label: "麦新镇中心卫生院", Group: "乡镇卫生院"},
		{Value: "K-T02", Label: "东风镇卫生院", Group: "乡镇卫生院"},
		{Value: "K-C01", Label: "开鲁镇社区卫生服务中心", Group: "社区卫生服务中心"},
	}
}

func galleryModes() []Option {
	return []Option{
		{Value: "full_trusteeship", Label: "全面托管"},
		{Value: "joint_ward", Label: "联合住院分部"},
		{Value: "specialist_clinic", Label: "专科门诊"},
		{Value: "shadowing", Label: "跟班学习", Disabled: true},
	}
}

func galleryWork() []Option {
	return []Option{{Value: "ward_round", Label: "查房"}, {Value: "mentoring", Label: "带教"}, {Value: "home_visit", Label: "走访"}}
}

func galleryTerms() []Term {
	return []Term{
		{Label: "名称", Value: "麦新镇中心卫生院", URL: "/ui"},
		{Label: "编码", Value: "K-T01"},
		{Label: "统一代码", Value: "12150523460789012X"},
		{Label: "机构类型", Value: "乡镇卫生院"},
		{Label: "医共体", Value: "开鲁县医院医共体"},
		{Label: "编制床位", Value: "50", Help: "按卫生健康行政部门核定数。"},
		{Label: "负责人", Value: ""},
		{Label: "地址", Value: "内蒙古自治区通辽市开鲁县麦新镇兴安街 12 号", Wide: true},
	}
}

func galleryValues() []Term {
	return []Term{
		{Label: "基层月报", Node: Fill(46, 60)},
		{Label: "村医代报", Node: Fill(14, 14)},
		{Label: "未报", Node: Missing()},
		{Label: "不适用", Node: NA()},
		{Label: "无法计算", Node: NoValue("分母为 0")},
	}
}

func galleryButtons() []Action {
	return []Action{
		{Label: "新增派驻", URL: "/ui", Kind: Primary, Icon: "plus-lg"},
		{Label: "普通按钮", URL: "/ui", Icon: "pencil"},
		{Label: "删除", URL: "/ui", Post: true, Kind: Danger, Icon: "trash", Confirm: "删除后 2 条考勤记录也会删除,不能恢复。"},
		{Label: "打印", URL: "/ui", Icon: "printer", Kind: Quiet},
		{Label: "上报", URL: "/ui", Why: "还有 2 处错误,改正后才能上报"},
	}
}

type galleryEntryLine struct {
	name, unit, before, year string
	cell                     CellField
}

func galleryEntryColumns() []Column {
	return []Column{
		{Label: "项目"}, {Label: "单位"}, {Label: "本月", Numeric: true},
		{Label: "上月", Numeric: true}, {Label: "去年同月", Numeric: true}, {Label: "说明", Wide: true},
	}
}

func galleryEntryLines() []galleryEntryLine {
	return []galleryEntryLine{
		{"3.1 总诊疗人次", "人次", "5,112", "4,980", CellField{Name: "v1", Label: "总诊疗人次 本月", Value: "5,400", State: CellSaved}},
		{"3.1.1 其中:门急诊人次", "人次", "4,830", "4,720", CellField{Name: "v2", Label: "门急诊人次 本月", Value: "5,410", State: CellFault, Message: "门急诊不能大于总诊疗人次(5,400) L01"}},
		{"3.2 出院人数", "人", "121", "115", CellField{Name: "v3", Label: "出院人数 本月", Value: "118", State: CellSaving}},
		{"3.3 家庭病床", "张", "12", "3", CellField{Name: "v4", Label: "家庭病床 本月", Value: "31", State: CellWarning, Message: "比上月增加 158.3%,请说明"}},
		{"4.1 村卫生室诊疗(代报)", "人次", "3,050", "2,990", CellField{Name: "v5", Label: "村卫生室诊疗 本月", Value: "3,200", State: CellDerived, ReadOnly: true, Message: "来自村卫生室代报,14/16 已填"}},
		{"5.1 在岗职工", "人", "46", "45", CellField{Name: "v6", Label: "在岗职工 本月", Value: "47", State: CellConflict, Message: "李× 刚刚改为 48,请选择保留哪个"}},
		{"6.1 开放床位", "张", "50", "50", CellField{Name: "v7", Label: "开放床位 本月", Value: "50", State: CellLocked}},
	}
}
