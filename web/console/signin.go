package console

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"

	"besedka/core/staff/access"
)

// StaffCookie is the name of the session's cookie without HTTPS, as on this very
// machine: browsers take __Host- and Secure over HTTPS only.
const StaffCookie = "besedka_staff"

// cookie is the name under which a browser keeps its session. Over HTTPS it is one that
// no other host of the domain can set.
func (s *server) cookie() string {
	if s.secure() {
		return "__Host-" + StaffCookie
	}
	return StaffCookie
}

// remember gives a browser the token of its session; "" takes it back.
func (s *server) remember(v *Visit, token string) {
	c := &http.Cookie{
		Name: s.cookie(), Value: token, Path: "/", MaxAge: int(access.MaxAge.Seconds()),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

// signedIn gives a browser its new session. The one it had ends: nobody who knew it
// comes along.
func (s *server) signedIn(v *Visit, token string) error {
	if v.By.ID != 0 {
		if err := s.Access.End(v.R.Context(), v.Now, v.By.ID, v.Session.ID); err != nil {
			return err
		}
	}
	s.remember(v, token)
	return nil
}

// signOut ends the session.
func (s *server) signOut(v *Visit) error {
	if err := s.Access.End(v.R.Context(), v.Now, v.By.ID, v.Session.ID); err != nil {
		return err
	}
	s.remember(v, "")
	return v.Go("/console/signin")
}

// signIn is what the sign-in page shows.
type signIn struct {
	To, Login string
	Passkeys  bool
	Trouble   string // key of a text
}

func (s *server) showSignIn(v *Visit) error {
	to := ownPath(v.R.FormValue("to"))
	if v.By.ID != 0 {
		return v.Go(to)
	}
	if other := s.byName(v.R); other != "" {
		return v.Go(other)
	}
	return v.Show(signInPage(v.View, signIn{To: to, Passkeys: s.Access.Passkeys()}))
}

// byName is this very address by the name of this machine, for whom has come by its
// number, for which browsers have no passkeys; else "".
func (s *server) byName(r *http.Request) string {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil || !net.ParseIP(host).IsLoopback() || s.secure() || !s.Access.Passkeys() {
		return ""
	}
	return "http://localhost:" + port + r.URL.RequestURI()
}

// signInByPassword answers the form.
func (s *server) signInByPassword(v *Visit) error {
	t := access.Try{
		Login: v.R.PostFormValue("login"), Password: v.R.PostFormValue("password"), Code: v.R.PostFormValue("code"),
		From: from(v.R), Device: device(v.R),
	}
	token, err := s.Access.SignInByPassword(v.R.Context(), v.Now, t)
	if trouble := refused(err); trouble != "" {
		again := signIn{To: ownPath(v.R.PostFormValue("to")), Login: t.Login, Passkeys: s.Access.Passkeys(), Trouble: trouble}
		return v.ShowAgain(signInPage(v.View, again))
	}
	if err != nil {
		return err
	}
	if err := s.signedIn(v, token); err != nil {
		return err
	}
	return v.Go(ownPath(v.R.PostFormValue("to")))
}

// refused is the text for who is not let in; "" for any other error.
func refused(err error) string {
	switch {
	case errors.Is(err, access.ErrRefused):
		return "refused"
	case errors.Is(err, access.ErrTooMany):
		return "too_many"
	}
	return ""
}

// beginSignIn and signInByPasskey are asked by the page's script.
func (s *server) beginSignIn(v *Visit) error {
	if !s.Access.Passkeys() {
		return Refusal{http.StatusNotFound, "missing"}
	}
	return v.asked(s.Access.BeginSignIn(v.R.Context(), v.Now, from(v.R)))
}

func (s *server) signInByPasskey(v *Visit) error {
	a, err := v.answer()
	if err != nil {
		return err
	}
	token, err := s.Access.SignInByPasskey(v.R.Context(), v.Now, device(v.R), a.Token, a.Answer)
	if err != nil {
		return v.keyRefused(err)
	}
	if err := s.signedIn(v, token); err != nil {
		return err
	}
	return v.json(next{ownPath(a.To)})
}

// answered is what a script sends back of a Ceremony.
type answered struct {
	Token  string          `json:"token"`
	Answer json.RawMessage `json:"answer"`
	To     string          `json:"to"`
}

// next tells a script where to go.
type next struct {
	To string `json:"to"`
}

func (v *Visit) answer() (a answered, err error) {
	if err := json.NewDecoder(v.R.Body).Decode(&a); err != nil {
		return a, Refusal{http.StatusBadRequest, "bad_form"}
	}
	return a, nil
}

// asked hands a Ceremony to a script.
func (v *Visit) asked(c access.Ceremony, err error) error {
	if err != nil {
		return v.keyRefused(err)
	}
	return v.json(c)
}

// keyRefused logs why a key does not do, which its owner is not told, as libraries say
// it in words for programmers.
func (v *Visit) keyRefused(err error) error {
	switch {
	case errors.Is(err, access.ErrTooMany):
		return Refusal{http.StatusTooManyRequests, "too_many"}
	case errors.Is(err, access.ErrRefused):
		v.s.Log.InfoContext(v.R.Context(), "a passkey was refused", "error", err)
		return Refusal{http.StatusForbidden, "key_refused"}
	case errors.Is(err, access.ErrNoInvitation):
		return Refusal{http.StatusNotFound, "no_invitation"}
	}
	return err
}

func (v *Visit) json(body any) error {
	v.w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(v.w).Encode(body)
}
