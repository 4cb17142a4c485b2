package orgweb

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/period"
)

// apiInstitution is an institution as the API shows it.
type apiInstitution struct {
	Code         string  `json:"code"`
	Name         string  `json:"name"`
	ShortName    string  `json:"short_name"`
	Kind         string  `json:"kind"`
	KindZH       string  `json:"kind_zh"`
	Parent       *string `json:"parent"`
	Division     string  `json:"division"`
	USCC         string  `json:"uscc"`
	ExternalCode string  `json:"external_code"`
	Address      string  `json:"address"`
	Phone        string  `json:"phone"`
	Note         string  `json:"note"`
	OpenedOn     *string `json:"opened_on"`
	ClosedOn     *string `json:"closed_on"`
	Version      int     `json:"version"`
}

type apiPage struct {
	Items []apiInstitution `json:"items"`
	Next  *string          `json:"next"`
}

// apiDraft is what creates an institution; only code, name, kind and parent are needed.
type apiDraft struct {
	Code         string  `json:"code"`
	Name         string  `json:"name"`
	ShortName    string  `json:"short_name"`
	Kind         string  `json:"kind"`
	Parent       string  `json:"parent"`
	Division     string  `json:"division"`
	USCC         string  `json:"uscc"`
	ExternalCode string  `json:"external_code"`
	Address      string  `json:"address"`
	Phone        string  `json:"phone"`
	Note         string  `json:"note"`
	OpenedOn     *string `json:"opened_on"`
}

// apiChange holds only what shall change. With version, a change made meanwhile by somebody else is a conflict.
type apiChange struct {
	Code         *string `json:"code"`
	Name         *string `json:"name"`
	ShortName    *string `json:"short_name"`
	Kind         *string `json:"kind"`
	Parent       *string `json:"parent"`
	Division     *string `json:"division"`
	USCC         *string `json:"uscc"`
	ExternalCode *string `json:"external_code"`
	Address      *string `json:"address"`
	Phone        *string `json:"phone"`
	Note         *string `json:"note"`
	OpenedOn     *string `json:"opened_on"`
	Version      *int    `json:"version"`
}

func shown(i org.Institution) apiInstitution {
	a := apiInstitution{Code: i.Code, Name: i.Name, ShortName: i.ShortName, Kind: i.Kind, KindZH: i.KindTitle(), Division: i.DivisionCode,
		USCC: i.USCC, ExternalCode: i.ExternalCode, Address: i.Address, Phone: i.Phone, Note: i.Note,
		OpenedOn: dayText(i.OpenedOn), ClosedOn: dayText(i.ClosedOn), Version: i.Version}
	if i.ParentCode != "" {
		a.Parent = &i.ParentCode
	}
	return a
}

func dayText(day *time.Time) *string {
	if day == nil {
		return nil
	}
	text := day.Format(time.DateOnly)
	return &text
}

func (h *handler) apiList(w http.ResponseWriter, r *http.Request) error {
	f, err := apiFilter(r)
	if err != nil {
		return err
	}
	found, err := h.svc.List(r.Context(), page.Who(r), f)
	if err != nil {
		return err
	}
	out := apiPage{Items: make([]apiInstitution, len(found.Items))}
	for n, i := range found.Items {
		out.Items[n] = shown(i)
	}
	if found.Next != "" {
		out.Next = &found.Next
	}
	return page.JSON(w, http.StatusOK, out)
}

// apiFilter reads the query; an unknown parameter or value is refused by name rather than ignored.
func apiFilter(r *http.Request) (org.Filter, error) {
	q := r.URL.Query()
	f := org.Filter{Parent: q.Get("parent"), Descendants: q.Get("descendants") == "true", Text: cmp.Or(q.Get("text"), q.Get("q")), Township: q.Get("township"),
		State: q.Get("state"), Cursor: q.Get("cursor"), Kinds: kindsOf(q.Get("kind"))}
	for name := range q {
		switch name {
		case "parent", "descendants", "text", "q", "township", "state", "cursor", "kind", "limit":
		default:
			return f, fault.Field(name, "不认识的查询参数 %s", name)
		}
	}
	for _, kind := range f.Kinds {
		if org.KindTitle(kind) == kind {
			return f, fault.Field("kind", "没有“%s”这种机构类型", kind)
		}
	}
	if f.State != "" && f.State != org.StateOpen && f.State != org.StateClosed {
		return f, fault.Field("state", "state 应为 open 或 closed")
	}
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 500 {
			return f, fault.Field("limit", "limit 应为 1 到 500 的整数")
		}
		f.Limit = n
	}
	return f, nil
}

func (h *handler) apiGet(w http.ResponseWriter, r *http.Request) error {
	i, err := h.svc.ByCode(r.Context(), page.Who(r), chi.URLParam(r, "code"))
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, shown(i))
}

func (h *handler) apiCreate(w http.ResponseWriter, r *http.Request) error {
	var body apiDraft
	if err := page.ReadJSON(w, r, &body); err != nil {
		return err
	}
	opened, err := parseDay(body.OpenedOn)
	if err != nil {
		return err
	}
	i, created, err := h.svc.Ensure(r.Context(), page.Who(r), org.Draft{Code: body.Code, ExternalCode: body.ExternalCode, Name: body.Name,
		ShortName: body.ShortName, Kind: body.Kind, Parent: body.Parent, USCC: body.USCC, Division: body.Division,
		Address: body.Address, Phone: body.Phone, Note: body.Note, OpenedOn: opened})
	if err != nil {
		return err
	}
	if !created {
		return page.JSON(w, http.StatusOK, shown(i))
	}
	w.Header().Set("Location", "/api/v1/institutions/"+i.Code)
	return page.JSON(w, http.StatusCreated, shown(i))
}

func parseDay(text *string) (*time.Time, error) {
	if text == nil || *text == "" {
		return nil, nil
	}
	day, err := period.ParseDate(*text)
	if err != nil {
		return nil, fault.Field("opened_on", "%s", err.Error())
	}
	return &day, nil
}

func (h *handler) apiPatch(w http.ResponseWriter, r *http.Request) error {
	var body apiChange
	if err := page.ReadJSON(w, r, &body); err != nil {
		return err
	}
	code := chi.URLParam(r, "code")
	if code == "" {
		if body.Code == nil {
			return fault.Field("code", "请用 code 指明要修改的机构")
		}
		code = *body.Code
	}
	i, err := h.svc.ByCode(r.Context(), page.Who(r), code)
	if err != nil {
		return err
	}
	d, err := body.over(org.DraftOf(i))
	if err != nil {
		return err
	}
	if body.Version == nil {
		body.Version = &i.Version
	}
	changed, err := h.svc.Edit(r.Context(), page.Who(r), i.ID, *body.Version, d)
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, shown(changed))
}

// over puts the given fields over what is there.
func (c apiChange) over(d org.Draft) (org.Draft, error) {
	for field, value := range map[*string]*string{&d.Code: c.Code, &d.Name: c.Name, &d.ShortName: c.ShortName, &d.Kind: c.Kind,
		&d.Parent: c.Parent, &d.Division: c.Division, &d.USCC: c.USCC, &d.ExternalCode: c.ExternalCode,
		&d.Address: c.Address, &d.Phone: c.Phone, &d.Note: c.Note} {
		if value != nil {
			*field = *value
		}
	}
	if c.OpenedOn == nil {
		return d, nil
	}
	day, err := parseDay(c.OpenedOn)
	d.OpenedOn = day
	return d, err
}
