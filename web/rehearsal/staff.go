package rehearsal

import (
	"fmt"
	"net/http"
	"slices"

	"besedka/core/staff"
)

// invite admits one more of the staff, for what one of them alone cannot show: two take
// the same conversation.
func (s *server) invite(w http.ResponseWriter, r *http.Request) error {
	var asked struct {
		Name  string       `json:"name"`
		Roles []staff.Role `json:"roles"`

		Partners []string `json:"partners"`
	}
	if err := decode(w, r, &asked); err != nil {
		return err
	}
	for _, role := range asked.Roles {
		if !slices.Contains(staff.Roles, role) {
			return unfit("bad_role", fmt.Sprintf("there is no role %q", role))
		}
	}
	if asked.Name == "" || len(asked.Roles) == 0 {
		return unfit("bad_staff", "give a name and roles")
	}
	token := staff.NewToken()
	p, err := s.Staff.Invite(r.Context(), s.Clock.Now(), staff.Person{Name: asked.Name, Roles: asked.Roles, Partners: asked.Partners}, token)
	if err != nil {
		return err
	}
	return reply(w, invited{p.ID, token})
}

// invited is the answer of POST staff.
type invited struct {
	ID    int64  `json:"id"`
	Token string `json:"token"` // of /api/v1
}
