package team

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/storage"
	"besedka/web/console"
)

// Deps is what the pages stand on.
type Deps struct {
	Staff  *staff.Service
	Access *access.Service
	Public string // the address of the site
}

type pages struct{ Deps }

const home = "/console/staff"

// Section is the staff's own part of the console.
func Section(d Deps) console.Section {
	p := pages{d}
	route := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.ManageStaff, Serve: p.under(serve)}
	}
	return console.Section{Name: "staff", Routes: []console.Route{
		route(http.MethodGet, "", p.showAll),
		route(http.MethodPost, "", p.admit),
		route(http.MethodGet, "/{id}", p.showOne),
		route(http.MethodPost, "/{id}/link", p.link),
		route(http.MethodPost, "/{id}/roles", p.act("roles", p.setRoles)),
		route(http.MethodPost, "/{id}/suspend", p.act("suspend", onPerson(staff.SuspendTx))),
		route(http.MethodPost, "/{id}/return", p.act("return", onPerson(staff.ReturnTx))),
		route(http.MethodPost, "/{id}/leave", p.act("leave", onPerson(staff.LeaveTx))),
		route(http.MethodPost, "/{id}/sign-out", p.act("sign-out", onPerson(p.Access.SignOutTx))),
	}}
}

// under keeps who works for some partners from those who see more: the link of such a one, or
// their roles, would open it.
func (p pages) under(serve func(v *console.Visit) error) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		if v.R.PathValue("id") == "" {
			return serve(v)
		}
		id, err := v.PathNumber("id")
		if err != nil {
			return err
		}
		under, err := p.Staff.Under(v.R.Context(), v.By, id)
		if err == nil && !under {
			err = v.Foreign(fmt.Sprintf("staff/%d", id))
		}
		if err != nil {
			return err
		}
		return serve(v)
	}
}

// all is what the list shows, with a form that was not filled in as it should be.
type all struct {
	People  []staff.Listed
	Name    string
	Roles   []staff.Role
	Trouble bool
}

func (p pages) showAll(v *console.Visit) error {
	people, err := p.Staff.People(v.R.Context())
	if err != nil {
		return err
	}
	return v.Show(listPage(v.View, all{People: people}))
}

// admit makes a person and shows the link that lets them in.
func (p pages) admit(v *console.Visit) error {
	who := staff.Person{Name: v.R.PostFormValue("name"), Roles: roles(v)}
	if who.Check() != nil {
		people, err := p.Staff.People(v.R.Context())
		if err != nil {
			return err
		}
		return v.ShowAgain(listPage(v.View, all{people, who.Name, who.Roles, true}))
	}
	token := p.Access.LinkToken(v.By.ID, v.FormKey())
	return v.OnceShown(func(ctx context.Context, tx storage.Tx) (string, error) {
		id, err := staff.AdmitTx(ctx, tx, v.Now, v.By.ID, who)
		if err != nil {
			return "", err
		}
		return strconv.FormatInt(id, 10), p.Access.InviteTx(ctx, tx, v.Now, v.By.ID, id, token)
	}, func(id string) templ.Component { return linkPage(v.View, home+"/"+id, p.address(token)) })
}

// link lets a person in once more, who has lost how they sign in.
func (p pages) link(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	token := p.Access.LinkToken(v.By.ID, v.FormKey())
	err = v.OnceShown(func(ctx context.Context, tx storage.Tx) (string, error) {
		return "", p.Access.InviteTx(ctx, tx, v.Now, v.By.ID, id, token)
	}, func(string) templ.Component { return linkPage(v.View, path(id, ""), p.address(token)) })
	return refused(err)
}

func (p pages) address(token string) string { return p.Public + "/console/invitation/" + token }

func roles(v *console.Visit) (all []staff.Role) {
	for _, r := range v.R.PostForm["role"] {
		all = append(all, staff.Role(r))
	}
	return all
}

// one is what the page of a person shows.
type one struct {
	staff.Listed
	Sessions []access.Session
	Keys     []access.Passkey
	Second   access.Second
}

func (p pages) showOne(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	var n one
	if n.Listed, err = p.Staff.Shown(v.R.Context(), id); err != nil {
		return err
	}
	if n.Sessions, err = p.Access.Sessions(v.R.Context(), v.Now, id); err != nil {
		return err
	}
	if n.Keys, err = p.Access.Keys(v.R.Context(), id); err != nil {
		return err
	}
	if n.Second, err = p.Access.Second(v.R.Context(), id); err != nil {
		return err
	}
	return v.Show(personPage(v.View, n))
}

// doing is one thing done to a person.
type doing func(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error

func (p pages) setRoles(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
	return staff.SetRolesTx(ctx, tx, v.Now, v.By.ID, id, roles(v))
}

func (p pages) act(name string, do doing) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		id, err := v.PathNumber("id")
		if err != nil {
			return err
		}
		return refused(v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			return path(id, "") + "?done=staff-" + name, do(ctx, tx, v, id)
		}))
	}
}

// refused is what the page says when the house does not do as it is asked.
func refused(err error) error {
	switch {
	case errors.Is(err, staff.ErrLastOwner):
		return console.Refusal{Status: http.StatusConflict, Key: "last_owner"}
	case errors.Is(err, staff.ErrUnknownPerson):
		return console.Refusal{Status: http.StatusConflict, Key: "no_person"}
	case errors.Is(err, staff.ErrBadPerson):
		return console.Refusal{Status: http.StatusUnprocessableEntity, Key: "no_roles"}
	}
	return err
}

func path(id int64, act string) string {
	if act == "" {
		return fmt.Sprintf("%s/%d", home, id)
	}
	return fmt.Sprintf("%s/%d/%s", home, id, act)
}

// onPerson is a doing of the house's own.
func onPerson(do func(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error) doing {
	return func(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
		return do(ctx, tx, v.Now, v.By.ID, id)
	}
}
