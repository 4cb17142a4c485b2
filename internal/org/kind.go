package org

import (
	"slices"
	"strings"
)

// The kinds of institution.
const (
	KindCounty           = "county"
	KindBureau           = "bureau"
	KindCountyHospital   = "county_hospital"
	KindMCH              = "mch_hospital"
	KindCDC              = "cdc"
	KindTownshipHospital = "township_hospital"
	KindCommunityCentre  = "community_health_centre"
	KindCommunityStation = "community_health_station"
	KindVillageClinic    = "village_clinic"
	KindPartner          = "partner"
)

// The groups of kinds that formulas name after @, besides each kind itself.
const (
	GroupGrassroots = "grassroots"
	GroupHospital   = "hospital"
)

// Kind is a sort of institution: its code, its Chinese name, where it usually stands in the tree.
type Kind struct {
	Name    string
	Title   string
	Parents []string // kinds it usually stands below
	Words   []string // other spellings that files use
	group   string
}

// Kinds lists the kinds in the order they are offered, the county root first.
var Kinds = []Kind{
	{Name: KindCounty, Title: "县"},
	{Name: KindBureau, Title: "卫健局", Parents: belowCounty, Words: []string{"卫健委", "卫生健康局", "卫生健康委员会", "卫生健康委"}},
	{Name: KindCountyHospital, Title: "县级医院", Parents: belowBureau, group: GroupHospital,
		Words: []string{"县医院", "县级公立医院", "医院", "综合医院", "中医医院", "蒙医医院", "中医院", "县人民医院"}},
	{Name: KindMCH, Title: "妇幼保健院", Parents: belowBureau, group: GroupHospital, Words: []string{"妇幼保健机构", "妇幼保健计划生育服务中心", "妇幼"}},
	{Name: KindCDC, Title: "疾控中心", Parents: belowBureau, Words: []string{"疾病预防控制中心", "疾控"}},
	{Name: KindTownshipHospital, Title: "乡镇卫生院", Parents: belowHospital, group: GroupGrassroots,
		Words: []string{"卫生院", "镇卫生院", "乡卫生院", "中心卫生院", "一般卫生院", "苏木卫生院"}},
	{Name: KindCommunityCentre, Title: "社区卫生服务中心", Parents: belowHospital, group: GroupGrassroots},
	{Name: KindCommunityStation, Title: "社区卫生服务站", Parents: belowGrassroots, group: GroupGrassroots, Words: []string{"社区站"}},
	{Name: KindVillageClinic, Title: "村卫生室", Parents: belowGrassroots, group: GroupGrassroots,
		Words: []string{"卫生室", "村卫生所", "嘎查卫生室", "村级卫生室"}},
	{Name: KindPartner, Title: "协同部门", Parents: belowBureau, Words: []string{"协同单位", "合作单位", "其他"}},
}

var (
	belowCounty     = []string{KindCounty}
	belowBureau     = []string{KindCounty, KindBureau}
	belowHospital   = []string{KindCounty, KindBureau, KindCountyHospital}
	belowGrassroots = []string{KindTownshipHospital, KindCommunityCentre}
)

// KindTitle is the Chinese name of a kind, or the code itself when it is unknown.
func KindTitle(kind string) string {
	if k, ok := kindOf(kind); ok {
		return k.Title
	}
	return kind
}

// ParseKind understands a kind as its code or as people write it in a file.
func ParseKind(text string) (string, bool) {
	text = strings.TrimSpace(text)
	for _, k := range Kinds {
		if strings.EqualFold(text, k.Name) || text == k.Title || slices.Contains(k.Words, text) {
			return k.Name, true
		}
	}
	return "", false
}

// GroupOf lists the formula groups that a kind belongs to; the kind itself is one.
func GroupOf(kind string) []string {
	if k, ok := kindOf(kind); ok && k.group != "" {
		return []string{kind, k.group}
	}
	return []string{kind}
}

// KindsOf lists the kinds in a formula group; a kind is a group of its own.
func KindsOf(group string) []string {
	var out []string
	for _, k := range Kinds {
		if slices.Contains(GroupOf(k.Name), group) {
			out = append(out, k.Name)
		}
	}
	return out
}

func kindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds[i], true
}

// leaf reports whether nothing stands below institutions of the kind.
func leaf(kind string) bool { return kind == KindVillageClinic || kind == KindCommunityStation }
