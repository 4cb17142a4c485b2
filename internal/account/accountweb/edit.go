package accountweb

import (
	"net/http"
	"slices"
	"strconv"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

// editView is the form for a new account or for the grant of an existing one.
type editView struct {
	Form      *form.Form
	ID        int64 // 0 for a new one
	Title     string
	Counties  []org.County // to choose from; one or none shows no field
	Places    []account.Place
	Grantable []string
	NoGrant   bool // the asker creates accounts without roles
	NoName    bool // the asker may not rename
	Held      []string
}

func (h *handlers) newPage(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(map[string]string{"county": r.URL.Query().Get("county"), "scope": account.ScopeSubtree})
	return h.showNew(w, r, http.StatusOK, f)
}

func (h *handlers) showNew(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	who := page.Who(r)
	counties, err := h.svc.Counties(r.Context(), who)
	if err != nil {
		return err
	}
	v := editView{Form: f, Title: "新建账号", Counties: counties, Grantable: h.svc.Grantable(who), NoGrant: who.HasRole(actor.SystemAdmin)}
	if v.Places, err = h.svc.Places(r.Context(), who, countyOf(who, f)); err != nil {
		return err
	}
	return page.Render(w, r, status, edit(v))
}

// countyOf is the county that a platform administrator chose; others have no choice.
func countyOf(who actor.Actor, f *form.Form) int32 {
	if who.CountyID != 0 {
		return who.CountyID
	}
	n, err := strconv.ParseInt(f.Value("county"), 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

func (h *handlers) create(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	who := page.Who(r)
	d := account.Draft{CountyID: countyOf(who, f), Username: f.Required("username", "用户名", 40),
		Name: f.Required("name", "姓名", 40), Grant: grantOf(f), Password: f.Value("password")}
	if f.Err() != nil {
		return h.showNew(w, r, http.StatusUnprocessableEntity, f)
	}
	a, password, err := h.svc.Create(r.Context(), who, d)
	if f.Take(err) {
		return h.showNew(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if d.Password != "" {
		return page.Redirect(w, r, accountURL(a.ID), "账号“"+a.Username+"”已建立,首次登录时须修改密码")
	}
	return h.once.redirect(w, r, news{accountURL(a.ID), "账号已建立,初始密码", password})
}

// grantOf reads roles and scope; what is missing or wrong the core says.
func grantOf(f *form.Form) account.Grant {
	g := account.Grant{InstitutionID: number(f.Value("institution")), Roles: f.Values["roles"], Scope: f.Value("scope")}
	for _, id := range f.Values["list"] {
		g.List = append(g.List, number(id))
	}
	return g
}

func (h *handlers) editPage(w http.ResponseWriter, r *http.Request) error {
	a, err := h.target(r)
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"name": a.Name, "scope": a.Grant.Scope, "institution": idText(a.Grant.InstitutionID),
		"version": strconv.Itoa(a.Version)})
	f.Values["roles"] = a.Grant.Roles
	for _, id := range a.Grant.List {
		f.Values.Add("list", idText(id))
	}
	return h.showEdit(w, r, http.StatusOK, a, f)
}

// target is the account of the path, if there is anything about it that the asker may change.
func (h *handlers) target(r *http.Request) (account.Account, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return account.Account{}, err
	}
	a, err := h.svc.Get(r.Context(), page.Who(r), id)
	if err != nil {
		return a, err
	}
	if rights := h.svc.RightsOn(page.Who(r), a); !rights.Rename && !rights.Grant {
		return a, fault.Forbidden("您不能修改这个账号")
	}
	return a, nil
}

func (h *handlers) showEdit(w http.ResponseWriter, r *http.Request, status int, a account.Account, f *form.Form) error {
	who := page.Who(r)
	rights := h.svc.RightsOn(who, a)
	v := editView{Form: f, ID: a.ID, Title: "修改账号 " + a.Username, Grantable: h.svc.Grantable(who), Held: a.Grant.Roles,
		NoName: !rights.Rename, NoGrant: !rights.Grant}
	var err error
	if v.Places, err = h.svc.Places(r.Context(), who, a.CountyID); err != nil {
		return err
	}
	return page.Render(w, r, status, edit(v))
}

func (h *handlers) edit(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	a, err := h.target(r)
	if err != nil {
		return err
	}
	c := account.Change{Version: int(number(f.Value("version"))), Name: a.Name, Grant: a.Grant}
	rights := h.svc.RightsOn(page.Who(r), a)
	if rights.Rename {
		c.Name = f.Required("name", "姓名", 40)
	}
	if rights.Grant {
		c.Grant = grantOf(f)
	}
	if err = f.Err(); err == nil {
		err = h.svc.Edit(r.Context(), page.Who(r), a.ID, c)
		f.Take(err)
	}
	if fault.IsInvalid(err) {
		return h.showEdit(w, r, http.StatusUnprocessableEntity, a, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, accountURL(a.ID), "已保存,此人下一次操作起生效")
}

// roleChoices offers what the asker may hand out. What the account holds beyond that stays visible and locked.
func roleChoices(v editView) []ui.Option {
	var out []ui.Option
	for _, r := range actor.Roles {
		can := slices.Contains(v.Grantable, r.Name)
		if !can && !slices.Contains(v.Held, r.Name) {
			continue
		}
		out = append(out, ui.Option{Value: r.Name, Label: r.Title, Disabled: !can})
	}
	return out
}

func scopeChoices() []ui.Option {
	hints := map[string]string{account.ScopeSubtree: "如乡镇卫生院及其村卫生室", account.ScopeList: "另行勾选,每个单位连同其下级"}
	var out []ui.Option
	for _, s := range account.Scopes {
		out = append(out, ui.Option{Value: s.Name, Label: s.Title, Hint: hints[s.Name]})
	}
	return out
}

// withoutClinics shortens a list for choosing: a village clinic is reached through the institution above it. One that
// is chosen already stays.
func withoutClinics(places []account.Place, keep ...int64) []account.Place {
	return slices.DeleteFunc(slices.Clone(places), func(p account.Place) bool {
		return p.Kind == org.KindVillageClinic && !slices.Contains(keep, p.ID)
	})
}

func chosen(f *form.Form) []int64 {
	var ids []int64
	for _, v := range f.Values["list"] {
		ids = append(ids, number(v))
	}
	return ids
}
