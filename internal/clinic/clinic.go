// Package clinic keeps the register of village clinics: what is known of each month by month, the villages they serve, the
// coverage rule with its exceptions, visiting service, yearly assessments, construction, photos.
//
// Words: a clinic is an institution of the kind village clinic; its state is what is known of it from a month on; a village is
// an administrative village (a division) or a natural village in it; the seat is the village of the township hospital; a
// limit is a number of a policy document that a rule compares with. Rule identifiers such as VCL-02 are those of the
// requirements drawn from the policy documents.
//
// Tables: clinic, clinic_village, village, village_neighbour, clinic_visit, clinic_assessment, clinic_project, clinic_photo;
// later rooms read the views clinic_facts and clinic_source. Everybody with clinic.view sees the clinics in scope;
// clinic.edit fills their register, a village doctor that of the own clinic; clinic.manage looks after villages, visits,
// assessments and construction, and loads files.
package clinic

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/period"
)

// Names of the actions.
const (
	ActionView   = "clinic.view"
	ActionEdit   = "clinic.edit"
	ActionManage = "clinic.manage"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看村卫生室台账", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.VillageDoctor, actor.FamilyDoctor, actor.FinanceOfficer, actor.Auditor}},
	{Name: ActionEdit, Title: "填写村卫生室台账", Roles: []string{
		actor.BureauAdmin, actor.BureauStaff, actor.InstitutionAdmin, actor.InstitutionReporter, actor.VillageDoctor}},
	{Name: ActionManage, Title: "维护村情、巡诊、评价和建设台账", Roles: []string{
		actor.BureauAdmin, actor.BureauStaff, actor.InstitutionAdmin}},
}

// MaxClinics bounds what is read, written or exported at once.
const MaxClinics = 5000

// Service does what people do with village clinics.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time
}

// New builds the service; now is the clock.
func New(db *pgxpool.Pool, now func() time.Time) *Service { return &Service{db: db, now: now} }

// month is the current one: what is saved today holds from it on.
func (s *Service) month() period.Month { return period.MonthOf(s.now()) }

// today is the calendar day in the office, as midnight UTC like a DATE column.
func (s *Service) today() time.Time {
	y, m, d := s.now().In(period.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
