package clinic

import "slices"

// Who a clinic's building belongs to.
const (
	Public   = "public"
	Contract = "contract"
	Private  = "private"
)

// The groups of fields, in the order they are shown.
var Groups = []string{"服务", "房屋", "七室", "六统一", "设备", "执业", "能力", "运行"}

// Fields are the register, in the order people fill it. The requirement that each comes from stands beside it.
var Fields = []Field{
	{Name: "population", Title: "服务人口", Group: "服务", Type: TypeNumber, Unit: "人", Most: 200_000, Rule: "VCL-06", Wanted: true},
	{Name: "distance", Title: "到卫生院距离", Group: "服务", Type: TypeNumber, Unit: "公里", Decimals: 1, Most: 500, Wanted: true},
	{Name: "central", Title: "中心村卫生室", Group: "服务", Type: TypeYes, Rule: "VCL-08", Hint: "几个村合建的"},
	{Name: "staff", Title: "医务人员", Group: "服务", Type: TypeNumber, Unit: "人", Most: 200, Rule: "VCL-06", Wanted: true},
	{Name: "tcm_staff", Title: "其中:中医药为主", Group: "服务", Type: TypeNumber, Unit: "人", Most: 200, Rule: "VDR-11"},

	{Name: "ownership", Title: "产权", Group: "房屋", Type: TypeChoice, Rule: "VCL-07、VCL-10", Wanted: true,
		Options: []Option{{Public, "公有"}, {Contract, "协议使用"}, {Private, "私有"}}},
	{Name: "contract_until", Title: "协议到期日", Group: "房屋", Type: TypeDate, Hint: "产权是协议使用的填"},
	{Name: "rent_free", Title: "村医无偿使用", Group: "房屋", Type: TypeYes, Rule: "VCL-07"},
	{Name: "in_village_centre", Title: "设在党群服务中心", Group: "房屋", Type: TypeYes, Rule: "VCL-05"},
	{Name: "building_area", Title: "建筑面积", Group: "房屋", Type: TypeNumber, Unit: "平方米", Decimals: 1, Most: 20_000, Rule: "VCL-15", Wanted: true},
	{Name: "building_year", Title: "建成年份", Group: "房屋", Type: TypeYear, Least: 1900, Most: 2100},
	{Name: "built_new", Title: "是否新建", Group: "房屋", Type: TypeYes, Rule: "VCL-15", Hint: "按新建标准建的;面积标准只对新建", Wanted: true},

	{Name: "room_diagnosis", Title: "诊断室", Group: "七室", Type: TypeYes, Rule: "VCL-16", Wanted: true},
	{Name: "room_treatment", Title: "治疗室", Group: "七室", Type: TypeYes, Rule: "VCL-16", Wanted: true},
	{Name: "room_observation", Title: "观察室", Group: "七室", Type: TypeYes, Rule: "VCL-16", Wanted: true},
	{Name: "room_pharmacy", Title: "药房", Group: "七室", Type: TypeYes, Rule: "VCL-16", Wanted: true},
	{Name: "room_tcm", Title: "中医治疗室", Group: "七室", Type: TypeYes, Rule: "VCL-16", Hint: "中医阁", Wanted: true},
	{Name: "room_public_health", Title: "公共卫生室", Group: "七室", Type: TypeYes, Rule: "VCL-16", Hint: "健康教育室", Wanted: true},
	{Name: "room_duty", Title: "值班室", Group: "七室", Type: TypeYes, Rule: "VCL-16", Wanted: true},

	{Name: "unified_drawings", Title: "统一图纸", Group: "六统一", Type: TypeYes, Rule: "VCL-17"},
	{Name: "unified_departments", Title: "统一科室设置", Group: "六统一", Type: TypeYes, Rule: "VCL-17"},
	{Name: "unified_standards", Title: "统一建设标准", Group: "六统一", Type: TypeYes, Rule: "VCL-17"},
	{Name: "unified_signs", Title: "统一标识", Group: "六统一", Type: TypeYes, Rule: "VCL-17"},
	{Name: "unified_exterior", Title: "统一外观", Group: "六统一", Type: TypeYes, Rule: "VCL-17"},
	{Name: "unified_rules", Title: "统一管理制度", Group: "六统一", Type: TypeYes, Rule: "VCL-17"},

	{Name: "equipment_complete", Title: "设备配齐", Group: "设备", Type: TypeYes, Rule: "VCL-26", Wanted: true},
	{Name: "ecg", Title: "配有心电设备", Group: "设备", Type: TypeYes, Hint: "含远程心电终端;月报的同名一格由此带出", Wanted: true},
	{Name: "equipment", Title: "设备清单", Group: "设备", Type: TypeText, Length: 1000, Hint: "名称和数量,如“血压计 2、血糖仪 1”"},

	{Name: "licence_number", Title: "执业许可证号", Group: "执业", Type: TypeText, Length: 60, Wanted: true},
	{Name: "licence_until", Title: "许可证有效期至", Group: "执业", Type: TypeDate, Wanted: true},
	{Name: "subjects", Title: "诊疗科目", Group: "执业", Type: TypeText, Length: 200},
	{Name: "insurance_point", Title: "医保定点", Group: "执业", Type: TypeYes, Rule: "VCL-24", Wanted: true},
	{Name: "insurance_since", Title: "定点日期", Group: "执业", Type: TypeDate, Rule: "VCL-24"},

	{Name: "diseases", Title: "能识别初治病种", Group: "能力", Type: TypeNumber, Unit: "种", Most: 500, Rule: "VCL-13", Wanted: true},
	{Name: "tcm_service", Title: "提供中医药服务", Group: "能力", Type: TypeYes, Rule: "VCL-27、VCL-28", Wanted: true},
	{Name: "tcm_techniques", Title: "中医适宜技术", Group: "能力", Type: TypeNumber, Unit: "类", Most: 100, Rule: "VCL-14", Wanted: true},

	{Name: "integrated", Title: "一体化管理", Group: "运行", Type: TypeYes, Rule: "VCL-22、VCL-26", Wanted: true},
	{Name: "telemedicine", Title: "接入远程医疗", Group: "运行", Type: TypeYes, Wanted: true},
	{Name: "zero_markup", Title: "药品零差率", Group: "运行", Type: TypeYes, Rule: "VCL-30"},
	{Name: "subsidy_year", Title: "补助年度", Group: "运行", Type: TypeYear, Least: 2000, Most: 2100, Rule: "VCL-19"},
	{Name: "subsidy", Title: "运行补助", Group: "运行", Type: TypeNumber, Unit: "元", Decimals: 2, Most: 10_000_000, Rule: "VCL-19", Hint: "这一年度的金额"},
	{Name: "note", Title: "备注", Group: "运行", Type: TypeText, Length: 1000},
}

// FieldOf finds a field by its name.
func FieldOf(name string) (Field, bool) {
	i := slices.IndexFunc(Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return Fields[i], true
}

// In lists the fields of a group.
func In(group string) []Field {
	return slices.DeleteFunc(slices.Clone(Fields), func(f Field) bool { return f.Group != group })
}

// Missing lists the wanted fields that are not known. A contract needs its end, other ownership none.
func (v Values) Missing() []Field {
	var out []Field
	for _, f := range Fields {
		if v[f.Name] == "" && (f.Wanted || f.Name == "contract_until" && v["ownership"] == Contract) {
			out = append(out, f)
		}
	}
	return out
}

// Count says how many fields of a yes-or-no group are yes, and how many are known.
func (v Values) Count(group string) (yes, known, all int) {
	for _, f := range In(group) {
		if f.Type != TypeYes {
			continue
		}
		all++
		if v[f.Name] != "" {
			known++
		}
		if v[f.Name] == Yes {
			yes++
		}
	}
	return yes, known, all
}
