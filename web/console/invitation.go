package console

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/skip2/go-qrcode"

	"besedka/core/staff"
	"besedka/core/staff/access"
)

// passwordKind makes the way through a password the main one where there is no other.
func passwordKind(in signIn) string {
	if in.Passkeys {
		return ""
	}
	return "primary"
}

// setting is what a page on which a password is set shows.
type setting struct {
	Person   staff.Person
	Action   string // where the form goes
	Passkeys bool
	Look     bool // a demonstration may be looked at without
	Login    string
	Trouble  string // key of a text
	App      access.App
	Picture  string // of the app's secret, as the address of an image
}

const pictureSide = 220 // pixels

// set offers an app to a person, beside what was typed before.
func (s *server) set(v *Visit, n setting) (setting, error) {
	var err error
	if n.App, err = s.Access.OfferApp(v.Now, n.Person, v.Programme, v.R.PostFormValue("offer")); err != nil {
		return n, err
	}
	png, err := qrcode.Encode(n.App.URL, qrcode.Medium, pictureSide)
	n.Picture = "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
	return n, err
}

// invitation is the address of this link's pages.
func invitation(v *Visit) string { return "/console/invitation/" + v.R.PathValue("token") }

// invited is what the page of a link shows.
func (s *server) invited(v *Visit) (setting, error) {
	p, err := s.Access.Invited(v.R.Context(), v.Now, v.R.PathValue("token"))
	if errors.Is(err, access.ErrNoInvitation) {
		return setting{}, Refusal{http.StatusNotFound, "no_invitation"}
	}
	return setting{Person: p, Action: invitation(v) + "/password", Passkeys: s.Access.Passkeys(), Look: s.Demo}, err
}

func (s *server) showInvitation(v *Visit) error {
	if other := s.byName(v.R); other != "" {
		return v.Go(other)
	}
	n, err := s.invited(v)
	if err != nil {
		return err
	}
	if n, err = s.set(v, n); err != nil {
		return err
	}
	return v.Show(invitationPage(v.View, n, invitation(v)))
}

func (s *server) beginInvited(v *Visit) error {
	n, err := s.invited(v)
	if err != nil {
		return err
	}
	if !n.Passkeys {
		return Refusal{http.StatusNotFound, "missing"}
	}
	return v.asked(s.Access.BeginPasskey(v.R.Context(), v.Now, n.Person))
}

func (s *server) acceptByPasskey(v *Visit) error {
	a, err := v.answer()
	if err != nil {
		return err
	}
	token, err := s.Access.AcceptByPasskey(v.R.Context(), v.Now, v.R.PathValue("token"), device(v.R), a.Token, a.Answer)
	if err != nil {
		return v.keyRefused(err)
	}
	if err := s.signedIn(v, token); err != nil {
		return err
	}
	return v.json(next{"/console"})
}

// acceptByPassword shows the codes for bad days, which it knows now and never again.
func (s *server) acceptByPassword(v *Visit) error {
	token, codes, err := s.Access.AcceptByPassword(v.R.Context(), v.Now, v.R.PathValue("token"), device(v.R), typed(v))
	if trouble := wrong(err); trouble != "" {
		n, err := s.invited(v)
		if err != nil {
			return err
		}
		if n, err = s.set(v, again(v, n, trouble)); err != nil {
			return err
		}
		return v.ShowAgain(invitationPage(v.View, n, invitation(v)))
	}
	if err != nil {
		return v.keyRefused(err)
	}
	if err := s.signedIn(v, token); err != nil {
		return err
	}
	return v.Show(codesPage(v.View, codes, "/console"))
}

// look lets a visitor of a demonstration in as they are.
func (s *server) look(v *Visit) error {
	if !s.Demo {
		return Refusal{http.StatusNotFound, "missing"}
	}
	token, err := s.Access.Look(v.R.Context(), v.Now, v.R.PathValue("token"), device(v.R))
	if err != nil {
		return v.keyRefused(err)
	}
	if err := s.signedIn(v, token); err != nil {
		return err
	}
	return v.Go("/console")
}

func typed(v *Visit) access.Password {
	return access.Password{
		Login: v.R.PostFormValue("login"), Password: v.R.PostFormValue("password"), Offer: v.R.PostFormValue("offer"), Code: v.R.PostFormValue("code"),
	}
}

func again(v *Visit, n setting, trouble string) setting {
	n.Login, n.Trouble = v.R.PostFormValue("login"), trouble
	return n
}

// wrong is the text for what does not do about a password; "" for any other error.
func wrong(err error) string {
	for text, is := range map[string]error{
		"bad_login": access.ErrBadLogin, "login_taken": access.ErrLoginTaken, "bad_password": access.ErrBadPassword, "bad_code": access.ErrBadCode,
	} {
		if errors.Is(err, is) {
			return text
		}
	}
	return ""
}
