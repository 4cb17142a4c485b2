package accountweb

import (
	"net/http"

	"yigai/internal/page"
)

// me is who a token asks for.
type me struct {
	Username    string   `json:"username"`
	Name        string   `json:"name"`
	County      string   `json:"county"`
	Institution string   `json:"institution"`
	Roles       []string `json:"roles"`
	Actions     []string `json:"actions"`
	Scope       scope    `json:"scope"`
}

// scope is where the account reads and writes: whole subtrees of the institution tree and single institutions.
type scope struct {
	Subtrees     []string `json:"subtrees"`
	Institutions []int64  `json:"institutions"`
}

func (h *handlers) me(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	return page.JSON(w, http.StatusOK, me{Username: who.Username, Name: who.Name, County: who.County,
		Institution: who.Institution, Roles: full(who.Roles), Actions: full(who.Actions),
		Scope: scope{Subtrees: full(who.Scope.Subtrees), Institutions: full(who.Scope.Institutions)}})
}

// full makes an empty list of nothing, so that it is [] and not null.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
