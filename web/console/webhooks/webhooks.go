package webhooks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"besedka/core/hook"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

type pages struct{ *hook.Service }

const home = "/console/webhooks"

// Section is the part of the console about endpoints.
func Section(s *hook.Service) console.Section {
	p := pages{s}
	route := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.ManageWebhooks, Serve: serve}
	}
	return console.Section{Name: "webhooks", Routes: []console.Route{
		route(http.MethodGet, "", p.showAll),
		route(http.MethodPost, "", p.make),
		route(http.MethodGet, "/{id}", p.showOne),
		route(http.MethodPost, "/{id}/secret", p.rotate),
		route(http.MethodPost, "/{id}/change", p.change),
		route(http.MethodPost, "/{id}/pause", p.act("pause", onOne(hook.PauseTx))),
		route(http.MethodPost, "/{id}/resume", p.act("resume", onOne(hook.ResumeTx))),
		route(http.MethodPost, "/{id}/again", p.act("again", again)),
		route(http.MethodPost, "/{id}/remove", p.act("remove", onOne(hook.RemoveTx))),
	}}
}

// all is what the list shows, with a form that was not filled in as it should be.
type all struct {
	Endpoints []hook.Endpoint
	Wanted    hook.Wanted
	Trouble   string // key of a text
}

func (p pages) all(ctx context.Context) (a all, err error) {
	a.Wanted.Kinds = hook.Kinds
	a.Endpoints, err = hook.List(ctx, p.DB)
	return a, err
}

func (p pages) showAll(v *console.Visit) error {
	a, err := p.all(v.R.Context())
	if err != nil {
		return err
	}
	return v.Show(listPage(v.View, a))
}

// make makes an endpoint and shows its secret.
func (p pages) make(v *console.Visit) error {
	w, key := wanted(v), v.FormKey()
	err := v.OnceShown(func(ctx context.Context, tx storage.Tx) (string, error) {
		id, err := p.MakeTx(ctx, tx, v.Now, v.By, key, w)
		return strconv.FormatInt(id, 10), err
	}, func(id string) templ.Component { return secretPage(v.View, home+"/"+id, p.Secret(v.By, key)) })
	wrong, ok := errors.AsType[*hook.WrongError](err)
	if !ok {
		return err
	}
	a, err := p.all(v.R.Context())
	if err != nil {
		return err
	}
	a.Wanted, a.Trouble = w, "webhooks.wrong_"+wrong.Key
	return v.ShowAgain(listPage(v.View, a))
}

// rotate gives an endpoint another secret and shows it.
func (p pages) rotate(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	key := v.FormKey()
	return v.OnceShown(func(ctx context.Context, tx storage.Tx) (string, error) {
		return "", p.RotateTx(ctx, tx, v.Now, v.By, key, id)
	}, func(string) templ.Component { return secretPage(v.View, path(id, ""), p.Secret(v.By, key)) })
}

func wanted(v *console.Visit) hook.Wanted {
	w := hook.Wanted{URL: v.R.PostFormValue("url"), Texts: v.R.PostFormValue("texts") != ""}
	for _, k := range v.R.PostForm["event"] {
		w.Kinds = append(w.Kinds, hook.Kind(k))
	}
	return w
}

// one is what the page of an endpoint shows.
type one struct {
	hook.Endpoint
	Attempts []hook.Attempt
	Wanted   hook.Wanted // as the form has it that changes it
	Trouble  string      // key of a text
}

// shownAttempts is how many a page shows, of the last ones.
const shownAttempts = 50

func (p pages) showOne(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	n, err := p.one(v.R.Context(), id)
	if err != nil {
		return err
	}
	return v.Show(onePage(v.View, n))
}

func (p pages) one(ctx context.Context, id int64) (n one, err error) {
	if n.Endpoint, err = hook.Show(ctx, p.DB, id); err != nil {
		return n, err
	}
	n.Wanted = hook.Wanted{URL: n.URL, Kinds: n.Kinds, Texts: n.Texts}
	n.Attempts, err = hook.Attempts(ctx, p.DB, id, 0, shownAttempts)
	return n, err
}

// change changes an endpoint; what will not do is shown again as it was filled in.
func (p pages) change(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	w := wanted(v)
	err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		return path(id, "") + "?done=webhook-change", p.ChangeTx(ctx, tx, v.Now, v.By, id, w)
	})
	wrong, ok := errors.AsType[*hook.WrongError](err)
	if !ok {
		return err
	}
	n, err := p.one(v.R.Context(), id)
	if err != nil {
		return err
	}
	n.Wanted, n.Trouble = w, "webhooks.wrong_"+wrong.Key
	return v.ShowAgain(onePage(v.View, n))
}

// doing is one thing done to an endpoint.
type doing func(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error

// onOne is a doing of the house's own.
func onOne(do func(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error) doing {
	return func(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
		return do(ctx, tx, v.Now, v.By, id)
	}
}

func again(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
	_, err := hook.AgainTx(ctx, tx, v.Now, v.By, id, hook.Again{Event: v.R.PostFormValue("event")})
	return err
}

func (p pages) act(name string, do doing) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		id, err := v.PathNumber("id")
		if err != nil {
			return err
		}
		to := path(id, "")
		if name == "remove" {
			to = home
		}
		return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			return to + "?done=webhook-" + name, do(ctx, tx, v, id)
		})
	}
}

func path(id int64, act string) string {
	if act == "" {
		return fmt.Sprintf("%s/%d", home, id)
	}
	return fmt.Sprintf("%s/%d/%s", home, id, act)
}
