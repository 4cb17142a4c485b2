package actor

// Role is a preset role of the product (design: permissions). Which actions it holds is declared
// by the rooms; the order here is the order in which roles are offered.
type Role struct {
	Name  string
	Title string
	Scope string // the scope offered first: county, subtree, institution, list, entries
}

// Names of the preset roles.
const (
	CountyLeader        = "county_leader"
	BureauAdmin         = "bureau_admin"
	BureauStaff         = "bureau_staff"
	LeadHospital        = "lead_hospital"
	InstitutionAdmin    = "institution_admin"
	InstitutionReporter = "institution_reporter"
	VillageDoctor       = "village_doctor"
	FamilyDoctor        = "family_doctor"
	SecondmentOfficer   = "secondment_officer"
	FinanceOfficer      = "finance_officer"
	PartnerDepartment   = "partner_department"
	Auditor             = "auditor"
	SystemAdmin         = "system_admin"
	SecurityAdmin       = "security_admin"
	AuditAdmin          = "audit_admin"
)

// Roles lists the preset roles.
var Roles = []Role{
	{CountyLeader, "县级领导", "county"},
	{BureauAdmin, "卫健局管理员", "county"},
	{BureauStaff, "卫健局工作人员", "county"},
	{LeadHospital, "牵头医院", "subtree"},
	{InstitutionAdmin, "机构管理员", "subtree"},
	{InstitutionReporter, "机构填报员", "subtree"},
	{VillageDoctor, "乡村医生", "institution"},
	{FamilyDoctor, "家庭医生", "institution"},
	{SecondmentOfficer, "下沉管理员", "county"},
	{FinanceOfficer, "财务人员", "county"},
	{PartnerDepartment, "协同部门", "institution"},
	{Auditor, "审计人员", "county"},
	{SystemAdmin, "系统管理员", "county"},
	{SecurityAdmin, "安全管理员", "county"},
	{AuditAdmin, "审计管理员", "county"},
}

// RoleTitle returns the Chinese title of a role, or the name itself when it is unknown.
func RoleTitle(name string) string {
	for _, r := range Roles {
		if r.Name == name {
			return r.Title
		}
	}
	return name
}
