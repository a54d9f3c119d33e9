package console

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"time"

	"besedka/core/staff/access"
	"besedka/storage"
)

// account is what a person sees of how they sign in.
type account struct {
	Keys     []access.Passkey
	Sessions []access.Session
	Second   access.Second
	Passkeys bool  // browsers have them for this site
	Here     int64 // the session that asks
	Fresh    bool
	Group    bool // the staff have a group in Telegram
}

// freshFor is how long after signing in one may change how one signs in: whoever finds
// a browser open changes nothing.
const freshFor = 15 * time.Minute

func (v *Visit) fresh() bool { return v.Now.Sub(v.Session.StartedAt) < freshFor }

// whenFresh serves those who signed in a moment ago.
func whenFresh(serve func(v *Visit) error) func(v *Visit) error {
	return func(v *Visit) error {
		if !v.fresh() {
			return Refusal{http.StatusForbidden, "not_fresh"}
		}
		return serve(v)
	}
}

func (s *server) showAccount(v *Visit) error {
	a := account{Passkeys: s.Access.Passkeys(), Here: v.Session.ID, Fresh: v.fresh(), Group: s.Group}
	var err error
	if a.Keys, err = s.Access.Keys(v.R.Context(), v.By.ID); err != nil {
		return err
	}
	if a.Sessions, err = s.Access.Sessions(v.R.Context(), v.Now, v.By.ID); err != nil {
		return err
	}
	if a.Second, err = s.Access.Second(v.R.Context(), v.By.ID); err != nil {
		return err
	}
	return v.Show(accountPage(v.View, a))
}

func (s *server) beginPasskey(v *Visit) error {
	if !s.Access.Passkeys() {
		return Refusal{http.StatusNotFound, "missing"}
	}
	return v.asked(s.Access.BeginPasskey(v.R.Context(), v.Now, v.By))
}

func (s *server) addPasskey(v *Visit) error {
	a, err := v.answer()
	if err != nil {
		return err
	}
	if err := s.Access.AddPasskey(v.R.Context(), v.Now, v.By, device(v.R), a.Token, a.Answer); err != nil {
		return v.keyRefused(err)
	}
	return v.json(next{"/console/account?done=passkey_added"})
}

func (s *server) removePasskey(v *Visit) error {
	id, err := base64.RawURLEncoding.DecodeString(v.R.PostFormValue("id"))
	if err != nil {
		return Refusal{http.StatusBadRequest, "bad_form"}
	}
	err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		if err := s.Access.EndOthersTx(ctx, tx, v.Now, v.By.ID, v.Session.ID); err != nil {
			return "", err
		}
		return "/console/account?done=passkey_removed", s.Access.RemovePasskeyTx(ctx, tx, v.Now, v.By.ID, id)
	})
	if errors.Is(err, access.ErrLastWay) {
		return Refusal{http.StatusConflict, "last_way"}
	}
	return err
}

func (s *server) endSession(v *Visit) error {
	id, err := strconv.ParseInt(v.R.PostFormValue("id"), 10, 64)
	if err != nil {
		return Refusal{http.StatusBadRequest, "bad_form"}
	}
	return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		return "/console/account?done=session_ended", s.Access.EndTx(ctx, tx, v.Now, v.By.ID, id)
	})
}

// ownSetting is what the page of one's own password shows.
func (s *server) ownSetting(v *Visit) setting {
	return setting{Person: v.By, Action: "/console/account/password"}
}

func (s *server) showPassword(v *Visit) error {
	second, err := s.Access.Second(v.R.Context(), v.By.ID)
	if err != nil {
		return err
	}
	n := s.ownSetting(v)
	n.Login = second.Login
	if n, err = s.set(v, n); err != nil {
		return err
	}
	return v.Show(passwordPage(v.View, n))
}

func (s *server) setPassword(v *Visit) error {
	codes, err := s.Access.SetPassword(v.R.Context(), v.Now, v.By.ID, typed(v))
	if trouble := wrong(err); trouble != "" {
		n, err := s.set(v, again(v, s.ownSetting(v), trouble))
		if err != nil {
			return err
		}
		return v.ShowAgain(passwordPage(v.View, n))
	}
	if err != nil {
		return err
	}
	if err := s.Access.EndOthers(v.R.Context(), v.Now, v.By.ID, v.Session.ID); err != nil {
		return err
	}
	return v.Show(codesPage(v.View, codes, "/console/account"))
}

func (s *server) renewCodes(v *Visit) error {
	second, err := s.Access.Second(v.R.Context(), v.By.ID)
	if err != nil {
		return err
	}
	if second.Login == "" {
		return Refusal{http.StatusConflict, "no_password"}
	}
	codes, err := s.Access.RenewCodes(v.R.Context(), v.Now, v.By.ID)
	if err != nil {
		return err
	}
	return v.Show(codesPage(v.View, codes, "/console/account"))
}
