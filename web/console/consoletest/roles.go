package consoletest

import (
	"net/http"
	"slices"
	"strings"

	"besedka/core/staff"
	"besedka/web/console"
)

// Roles asks for every route in every role, and as nobody, and holds the answers to a
// table of who may: "GET /console/audit" to the roles that may open it. A route that is
// not in the table fails the test.
func (s *Stage) Roles(routes []console.Route, may map[string][]staff.Role) {
	s.t.Helper()
	for _, r := range routes {
		name := r.Method + " " + r.Path
		allowed, ok := may[name]
		if !ok || r.Permission == "" {
			s.t.Errorf("%s: nobody has said who may open it", name)
		}
		for _, role := range staff.Roles {
			answer := s.ask(s.SignIn(string(role), role), r)
			if got, want := answer.StatusCode != http.StatusForbidden, slices.Contains(allowed, role); got != want || turnedAway(answer) {
				s.t.Errorf("%s by %s: %d, allowed should be %v", name, role, answer.StatusCode, want)
			}
		}
		if answer := s.ask(nil, r); r.Permission != console.Anybody && !turnedAway(answer) {
			s.t.Errorf("%s by a stranger: %d", name, answer.StatusCode)
		}
	}
}

// path fills a route's wildcards with what there is not.
var path = strings.NewReplacer("{$}", "", "{", "", "}", "")

func (s *Stage) ask(cookie *http.Cookie, r console.Route) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), r.Method, s.URL+path.Replace(r.Path), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.Client(cookie).Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		s.t.Fatal(err)
	}
	return answer
}

// turnedAway says whether one is asked to sign in.
func turnedAway(r *http.Response) bool {
	ask := "/console/signin?to="
	return r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusSeeOther && strings.HasPrefix(r.Header.Get("Location"), ask)
}
