package console

import (
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

// signOut ends the session.
func (s *server) signOut(v *Visit) error {
	if err := s.Access.End(v.R.Context(), v.Now, v.By.ID, v.Session.ID); err != nil {
		return err
	}
	s.remember(v, "")
	return v.Go("/console/signin")
}

func (s *server) showSignIn(v *Visit) error { return v.Show(signInPage(v.View)) }
