package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/storage"
	"besedka/web/problem"
)

// colleague is one of the staff, as a list has them.
type colleague struct {
	ID     int64        `json:"id"`
	Name   string       `json:"name"`
	Roles  []staff.Role `json:"roles"`
	State  staff.State  `json:"state"`
	Tokens int          `json:"tokens"`           // of the API, in force
	SeenAt *time.Time   `json:"seenAt,omitempty"` // on the pages
}

func newColleague(l staff.Listed) colleague {
	return colleague{l.ID, l.Name, l.Roles, l.State(), l.Tokens, l.SeenAt}
}

// listStaff shows all who ever were staff, in the order they came.
func (a *api) listStaff(c call) (any, error) {
	people, err := a.Staff.People(c.ctx)
	all := make([]colleague, len(people))
	for i, p := range people {
		all[i] = newColleague(p)
	}
	return struct {
		Staff []colleague `json:"staff"`
	}{all}, err
}

// shownColleague is one of them with how they sign in.
type shownColleague struct {
	colleague
	Sessions []signedIn `json:"sessions"`
	Passkeys []passkey  `json:"passkeys"`
	Password bool       `json:"password"` // they have set one, and an app
}

type signedIn struct {
	Device    string     `json:"device"`
	Way       access.Way `json:"way"`
	StartedAt time.Time  `json:"startedAt"`
	SeenAt    time.Time  `json:"seenAt"`
}

type passkey struct {
	Device string     `json:"device"`
	MadeAt time.Time  `json:"madeAt"`
	UsedAt *time.Time `json:"usedAt,omitempty"`
}

func (a *api) showColleague(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := a.Staff.Shown(c.ctx, id)
	if err != nil {
		return nil, err
	}
	out := shownColleague{colleague: newColleague(p), Sessions: []signedIn{}, Passkeys: []passkey{}}
	sessions, err := a.Access.Sessions(c.ctx, c.now, id)
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		out.Sessions = append(out.Sessions, signedIn{s.Device, s.Way, s.StartedAt, s.SeenAt})
	}
	keys, err := a.Access.Keys(c.ctx, id)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		out.Passkeys = append(out.Passkeys, passkey{k.Device, k.MadeAt, k.UsedAt})
	}
	second, err := a.Access.Second(c.ctx, id)
	out.Password = second.Login != ""
	return out, err
}

// invited is the answer of who admits a person, or lets them in once more. The link is not
// kept with it: for the same request it is reckoned again.
type invited struct {
	Staff int64  `json:"staff"`
	Link  string `json:"link,omitempty"`
}

// admitColleague makes a person of the staff, whom a link lets in.
func (a *api) admitColleague(c call) (act, error) {
	var asked struct {
		Name  string       `json:"name"`
		Roles []staff.Role `json:"roles"`
	}
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, err := staff.AdmitTx(ctx, tx, c.now, c.by.ID, staff.Person{Name: asked.Name, Roles: asked.Roles})
		if err != nil {
			return nil, err
		}
		return invited{Staff: id}, a.Access.InviteTx(ctx, tx, c.now, c.by.ID, id, a.Access.LinkToken(c.by.ID, c.key))
	}, nil
}

// linkColleague makes a new link for who has lost how they sign in.
func (a *api) linkColleague(c call) (act, error) {
	return onColleague(c, func(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
		return a.Access.InviteTx(ctx, tx, now, by, id, a.Access.LinkToken(by, c.key))
	})
}

// showLink adds the link to what is kept of a request.
func (a *api) showLink(c call, kept []byte) (any, error) {
	var answer invited
	err := json.Unmarshal(kept, &answer)
	answer.Link = strings.TrimRight(a.Public, "/") + "/console/invitation/" + a.Access.LinkToken(c.by.ID, c.key)
	return answer, err
}

func (a *api) setColleagueRoles(c call) (act, error) {
	var asked struct {
		Roles []staff.Role `json:"roles"`
	}
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	return onColleague(c, func(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
		return staff.SetRolesTx(ctx, tx, now, by, id, asked.Roles)
	})
}

func (a *api) suspendColleague(c call) (act, error) { return onColleague(c, staff.SuspendTx) }
func (a *api) returnColleague(c call) (act, error)  { return onColleague(c, staff.ReturnTx) }
func (a *api) leaveColleague(c call) (act, error)   { return onColleague(c, staff.LeaveTx) }
func (a *api) signOutColleague(c call) (act, error) { return onColleague(c, a.Access.SignOutTx) }

func onColleague(c call, do func(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return invited{Staff: id}, do(ctx, tx, c.now, c.by.ID, id)
	}, nil
}

// refuseStaff answers what cannot be done to a person; false when err is another.
func refuseStaff(w http.ResponseWriter, err error) bool {
	switch {
	case errors.Is(err, staff.ErrLastOwner):
		problem.Write(w, http.StatusConflict, "last_owner", staff.ErrLastOwner.Error())
	case errors.Is(err, staff.ErrUnknownPerson):
		problem.Write(w, http.StatusConflict, "not_here", staff.ErrUnknownPerson.Error())
	case errors.Is(err, staff.ErrBadPerson):
		problem.Write(w, http.StatusBadRequest, "invalid", fmt.Sprintf("%s %v, each once", staff.ErrBadPerson, staff.Roles))
	default:
		return false
	}
	return true
}
