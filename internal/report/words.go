package report

import (
	"strings"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/reporting"
)

// KindWord names a kind of object as the glossary does; an unknown one is shown as it is.
func KindWord(kind string) string { return wordOr(kindWords, kind) }

func wordOr(words map[string]string, code string) string {
	if w, ok := words[code]; ok {
		return w
	}
	return code
}

var kindWords = map[string]string{
	"report": "月报", "values": "导入的数据", "import": "导入", "month": "报告期", "element": "数据项", "form": "报表", "preset": "政策包",
	"institution": "机构", "division": "行政区划", "community": "医共体", "county": "县", "division_import": "行政区划导入",
	"institution_import": "机构导入", "indicator": "指标", "target": "目标值", "indicator_target": "目标值", "export": "导出",
	"circular": "通报", "workbook": "填报工作簿", "account": "账号", "token": "接口令牌", "session": "会话", "explanation": "检查说明", "remark": "审核意见", "correction": "更正", "cell": "一格数据",
	"route": "页面或接口", "calendar_day": "节假日安排", "analysis_view": "自定义表",
	"overview": "县域总览设置", "check_rule": "校验规则", "derivation": "自动取数", "outlier_setting": "异常值设置", "change_limit": "变动幅度界限", "signature": "签认",
	"clinic": "村卫生室台账", "clinic_import": "村卫生室台账导入", "village": "村情", "village_import": "村情导入", "clinic_visit": "巡诊",
	"clinic_assessment": "村卫生室能力评价", "clinic_project": "村卫生室建设", "clinic_photo": "村卫生室照片",
	"follow_up": "跟进", "validation_run": "历史月报重新检查",
	"compliance_declaration": "达标申报",
	"register_entry":         "台账登记", "policy_order": "选用的政策文件", "policy_override": "本县设定的标准", "outbox": "外发消息", "message_preference": "消息接收方式", "notice_setting": "催报和通报设置",
}

// ActionWord names what was done: a declared permission by its title, others by what they are called here.
func (s *Service) ActionWord(action string) string {
	if w, ok := actionWords[action]; ok {
		return w
	}
	for _, a := range s.allowed.Declared() {
		if a.Name == action {
			return a.Title
		}
	}
	return action
}

var actionWords = map[string]string{
	"report.export": "导出", "report.export_refused": "导出被拒绝或失败", "reporting.enter": "填报", "reporting.submit": "上报",
	"reporting.review": "审核", "reporting.approve": "终审", "reporting.reopen": "解锁", "reporting.return": "退回", "reporting.accept": "通过",
	"account.sign_in": "登录", "account.sign_in_failed": "登录失败", "account.sign_out": "退出登录", "account.revoke_token": "撤销令牌",
	"account.end_session": "结束会话", "account.change_password": "修改密码", "account.create": "新增账号", "account.edit": "修改账号",
	"account.deactivate": "停用账号", "account.activate": "启用账号", "account.unlock": "解除登录限制", "account.reset_password": "重设密码",
	"account.force_sign_out": "强制退出登录", "refused": "越权被拒绝", "notice.preference": "修改消息接收方式",
	"analysis.create": "保存自定义表", "analysis.edit": "修改自定义表", "analysis.remove": "删除自定义表", "demo.load": "装入演示县", "exchange.undo": "撤销导入",
}

// fieldWord names a changed field; the targets of an indicator are numbered.
func fieldWord(field string) string {
	if number, ok := strings.CutPrefix(field, "target_"); ok {
		return "目标 " + number
	}
	return wordOr(fieldWords, field)
}

var fieldWords = map[string]string{
	"state": "状态", "submission": "上报次数", "name": "名称", "name_zh": "名称", "NameZH": "名称", "code": "编码", "kind": "类型", "parent": "上级机构",
	"short_name": "简称", "address": "地址", "phone": "电话", "note": "备注", "opened_on": "开办日期", "closed_on": "关闭日期",
	"closed_reason": "关闭原因", "division": "行政区划", "division_code": "行政区划", "uscc": "统一社会信用代码", "external_code": "外部编码",
	"lead": "牵头医院", "members": "成员单位", "demo": "演示", "rows": "行数", "bytes": "字节", "sha256": "校验值", "filter": "条件", "format": "格式",
	"from": "起始月份", "to": "截止月份", "institution": "机构", "form": "报表", "element": "数据项", "indicator": "指标", "trail": "审计条件",
	"created": "新增", "updated": "更新", "unchanged": "未变", "refused": "拒绝", "imported": "导入", "ignored": "忽略", "accepted": "直接通过",
	"opened": "打开份数", "assigned": "指定机构", "Slug": "代码", "slug": "代码", "Unit": "计量单位", "unit": "计量单位", "Decimals": "小数位数",
	"decimals": "小数位数", "Kind": "类型", "Money": "金额", "Negative": "可为负", "Definition": "定义", "definition": "定义", "Source": "依据",
	"source": "依据", "Code": "编码", "Aggregation": "汇总方式", "formula": "公式", "version": "版本", "effective_from": "生效月份",
	"effective_to": "失效月份", "target": "目标", "operator": "比较", "value": "值", "value_max": "上限", "direction": "方向", "enabled": "启用",
	"roles": "角色", "scope": "数据范围", "active": "启用", "username": "用户名", "days": "有效天数", "failures": "失败次数",
	"wait_seconds": "需等待秒数", "ended": "结束个数", "population": "常住人口", "level": "级别",
	"text": "说明", "figures": "所依据的数", "title": "名称", "Title": "名称", "DueDay": "截止日", "DueMonths": "截止月", "WorkingDay": "遇休息日顺延",
	"Enabled": "启用", "elements": "数据项", "forms": "报表", "form_versions": "表样", "checks": "检查规则", "indicators": "指标", "open": "审核中的月份",
	"accounts": "账号数", "joined_on": "加入日期", "left_on": "退出日期", "members_joined": "加入的单位", "member_left": "退出的单位",
	"list": "指定机构", "topic": "分类", "Name": "名称", "reason": "原因", "person": "人员", "action": "操作", "object": "对象编号",
	"shared": "共享", "query": "查询条件", "presets": "政策文件", "whom": "对谁",
}

// valueWord says a stored word as people read it; everything else stays as it is.
func valueWord(field, value string) string {
	switch field {
	case "state":
		return reporting.State(value).Title()
	case "kind":
		return org.KindTitle(value)
	case "roles":
		return eachOf(value, actor.RoleTitle)
	case "scope":
		return account.ScopeTitle(value)
	}
	switch value {
	case "true":
		return "是"
	case "false":
		return "否"
	}
	return value
}

// eachOf says every word of a list that was joined by 、.
func eachOf(list string, say func(string) string) string {
	words := strings.Split(list, "、")
	for n, w := range words {
		words[n] = say(w)
	}
	return strings.Join(words, "、")
}
