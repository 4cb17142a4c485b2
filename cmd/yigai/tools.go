package main

// tools lists every subcommand in the order of the usage text.
func tools() []tool {
	return []tool{
		{"serve", "serve [--web-only | --worker-only]", "启动网站和后台任务", "yigai serve", serve},
		{"migrate up", "migrate up", "把数据库结构升级到本程序的版本", "yigai migrate up", migrateUp},
		{"migrate status", "migrate status", "查看数据库结构的版本", "yigai migrate status", migrateStatus},
		{"demo load", "demo load", "装入演示县(数据库里已有县时拒绝)", "yigai demo load", demoLoad},
		{"county create", "county create --code CODE --name NAME [--preset NAME ...]", "建立一个县",
			"yigai county create --code 150523 --name 开鲁县 --preset kailu_2024", countyCreate},
		{"import", "import KIND FILE [--county CODE] [--dry-run] [--partial] [--mode create|update]", "导入文件(csv 或 xlsx;values 还可以是 DHIS2 的 JSON、CSV、XML 和 ADX)",
			"yigai import institutions 机构.xlsx --county 150523 --dry-run", importFile},
		{"export", "export KIND [--county CODE] [--period P] [-o FILE]", "导出文件(按扩展名 csv 或 xlsx)",
			"yigai export indicator-values --period 2026-07 -o 指标.xlsx", exportFile},
		{"indicator compute", "indicator compute --period P [--county CODE]", "计算一个月的全部指标",
			"yigai indicator compute --period 2026-07", indicatorCompute},
		{"user create", "user create --username NAME --role ROLE [--name 姓名] [--county CODE] [--institution CODE] [--password-stdin]",
			"建立账号", "yigai user create --username admin --role system_admin", userCreate},
		{"user passwd", "user passwd --username NAME [--password-stdin]", "重设密码", "yigai user passwd --username admin", userPasswd},
		{"user unlock", "user unlock --username NAME", "解除登录锁定", "yigai user unlock --username admin", userUnlock},
		{"user list", "user list [--county CODE]", "列出账号", "yigai user list", userList},
		{"token create", "token create --user NAME [--days N] [--name TEXT]", "建立 API 令牌(只显示一次)",
			"yigai token create --user bureau --days 90", tokenCreate},
		{"audit verify", "audit verify", "核对审计链", "yigai audit verify", auditVerify},
		{"backup", "backup FILE", "备份整个数据库到一个文件", "yigai backup 医改-2026-07-31.zip", backup},
		{"restore", "restore FILE", "把备份恢复到空的数据库", "yigai restore 医改-2026-07-31.zip", restore},
		{"doctor", "doctor", "检查设置、数据库和后台任务", "yigai doctor", doctor},
	}
}
