package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 10, 0, time.UTC)

// door is a database with people who sign in.
type door struct {
	t      testing.TB
	db     *storage.DB
	staff  *staff.Service
	access *access.Service
}

func open(t testing.TB) *door {
	t.Helper()
	keys, err := seal.New([]byte(strings.Repeat("k", seal.KeyBytes)))
	if err != nil {
		t.Fatal(err)
	}
	db := storagetest.DB(t)
	a, err := access.New(db, keys, "https://loyalty.example")
	if err != nil {
		t.Fatal(err)
	}
	return &door{t, db, staff.New(db), a}
}

func (d *door) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) person(roles ...staff.Role) staff.Person {
	d.t.Helper()
	p, err := d.staff.Invite(d.t.Context(), noon, staff.Person{Name: "Вера", Roles: roles}, staff.NewToken())
	d.must(err)
	return p
}

func (d *door) start(p staff.Person, now time.Time) (token string) {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		token, err = d.access.StartTx(ctx, tx, now, p.ID, access.ByPasskey, "Chrome, Linux")
		return err
	}))
	return token
}

// phrase is a password of the tests.
const phrase = "correct horse battery"

// invited sets a password by a link; the app's codes are made of secret.
func (d *door) invited(p staff.Person, name string) (secret string, codes []string) {
	d.t.Helper()
	link, err := d.access.Invite(d.t.Context(), noon, 0, p.ID)
	d.must(err)
	app, err := d.access.OfferApp(noon, p, "Полянка", "")
	d.must(err)
	_, codes, err = d.access.AcceptByPassword(d.t.Context(), noon, link, "Chrome, Linux", access.Password{
		Login: name, Password: phrase, Offer: app.Offer, Code: d.code(app.Secret, noon),
	})
	d.must(err)
	return app.Secret, codes
}

func (d *door) code(secret string, at time.Time) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, at)
	d.must(err)
	return code
}

func (d *door) try(now time.Time, name, password, code string) error {
	_, err := d.access.SignInByPassword(d.t.Context(), now, access.Try{Login: name, Password: password, Code: code, From: "192.0.2.1", Device: "?"})
	return err
}

// TestSessionsEnd: by age, by idleness, by their person, by who disables them or changes
// their roles. The token is nowhere in the table.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.person(staff.Operator)
	lives := func(token string, now time.Time) bool {
		s, err := d.access.Find(t.Context(), now, token)
		if err != nil && !errors.Is(err, access.ErrNoSession) {
			t.Fatal(err)
		}
		return err == nil && s.By.ID == p.ID && s.By.May(staff.Converse)
	}
	token := d.start(p, noon)
	stored, err := storage.Value[int](t.Context(), d.db, `select count(*) from staff_session s where s::text like '%' || $1 || '%'`, token)
	if stored != 0 || err != nil {
		t.Errorf("the token is readable in the table, %v", err)
	}
	for now := noon; now.Before(noon.Add(access.MaxAge)); now = now.Add(access.MaxIdle - time.Minute) {
		s, err := d.access.Find(t.Context(), now, token)
		if err != nil {
			t.Fatalf("at %v: %v", now, err)
		}
		d.must(d.access.Note(t.Context(), now, s))
	}
	if lives(token, noon.Add(access.MaxAge)) {
		t.Error("it outlives its age, as it is used")
	}
	idle := d.start(p, noon)
	if !lives(idle, noon.Add(access.MaxIdle-time.Second)) || lives(idle, noon.Add(access.MaxIdle)) {
		t.Error("idleness does not end it when it should")
	}
	all, err := d.access.Sessions(t.Context(), noon, p.ID)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	d.must(d.access.End(t.Context(), noon, p.ID+1, all[0].ID))
	if !lives(idle, noon) {
		t.Error("another person ended it")
	}
	d.must(d.access.End(t.Context(), noon, p.ID, all[0].ID))
	if lives(idle, noon) {
		t.Error("its person has ended it")
	}
	before := d.start(p, noon)
	d.must(d.staff.SetRoles(t.Context(), noon, p.ID, []staff.Role{staff.Operator, staff.Reviewer}))
	after := d.start(p, noon)
	if lives(before, noon) || !lives(after, noon) {
		t.Error("a change of roles should end the sessions before it, and no others")
	}
	d.must(d.staff.Disable(t.Context(), noon, p.ID))
	if lives(after, noon) {
		t.Error("a person who has left is signed in")
	}
}

// TestCodesAreUsedOnce: of two who show one code at once, one comes in; a code of before
// does not do after it; the codes for bad days are used once each, and renewed all.
func TestCodesAreUsedOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.person(staff.Auditor)
	secret, codes := d.invited(p, "Vera")
	if err := d.try(noon, "vera", phrase, d.code(secret, noon)); !errors.Is(err, access.ErrRefused) {
		t.Errorf("the code that set the app up is used again: %v", err)
	}
	now := noon.Add(time.Minute)
	for _, code := range []string{d.code(secret, now), codes[0]} {
		if in := d.race(now, code); in != 1 {
			t.Errorf("%d come in by one code", in)
		}
	}
	if err := d.try(now, "vera", phrase, d.code(secret, now.Add(-30*time.Second))); !errors.Is(err, access.ErrRefused) {
		t.Errorf("a code of before the last one: %v", err)
	}
	if err := d.try(now, " VERA ", phrase, strings.ToLower(strings.ReplaceAll(codes[1], "-", " "))); err != nil {
		t.Errorf("a code as people type it: %v", err)
	}
	renewed, err := d.access.RenewCodes(t.Context(), now, p.ID)
	d.must(err)
	if err := d.try(now, "vera", phrase, codes[2]); !errors.Is(err, access.ErrRefused) {
		t.Errorf("a code of before the renewal: %v", err)
	}
	if err := d.try(now, "vera", phrase, renewed[0]); err != nil {
		t.Errorf("a new code: %v", err)
	}
	if left, err := d.access.Second(t.Context(), p.ID); err != nil || left != (access.Second{Login: "vera", Codes: 9}) {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// race shows one code from four places at once and counts who comes in.
func (d *door) race(now time.Time, code string) (in int) {
	d.t.Helper()
	errs := make([]error, 4)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = d.try(now, "vera", phrase, code) })
	}
	all.Wait()
	for _, err := range errs {
		if err == nil {
			in++
		} else if !errors.Is(err, access.ErrRefused) {
			d.t.Fatal(err)
		}
	}
	return in
}

// TestNobodyIsTold whether a name exists: one answer, whatever is wrong.
func TestNobodyIsTold(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.person(staff.Auditor)
	secret, _ := d.invited(p, "vera")
	now := noon.Add(time.Minute)
	for _, try := range [][3]string{
		{"nobody", phrase, d.code(secret, now)},
		{"vera", "wrong horse battery", d.code(secret, now)},
		{"vera", phrase, "000000"},
		{"vera", phrase, ""},
		{"", "", ""},
		{strings.Repeat("v", 100), phrase, ""},
		{"vera\x00", phrase, ""},
	} {
		if err := d.try(now, try[0], try[1], try[2]); !errors.Is(err, access.ErrRefused) || err.Error() != access.ErrRefused.Error() {
			t.Errorf("%q: %v", try, err)
		}
	}
}

// TestTriesAreCounted: under one name, whether it exists or not, and from many places at
// once as in a row; others come in meanwhile, and so does the person a quarter later.
func TestTriesAreCounted(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret, _ := d.invited(d.person(staff.Auditor), "vera")
	now := noon.Add(time.Minute)
	for _, name := range []string{"vera", "nobody"} {
		refused, tooMany := 0, 0
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				_, err := d.access.SignInByPassword(t.Context(), now, access.Try{Login: name, Password: "guess", Code: "000000", From: fmt.Sprint(i)})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, access.ErrTooMany):
					tooMany++
				case errors.Is(err, access.ErrRefused):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if refused != 10 || tooMany != 6 {
			t.Errorf("%s: %d refused, %d too many", name, refused, tooMany)
		}
	}
	if err := d.try(now, "vera", phrase, d.code(secret, now)); !errors.Is(err, access.ErrTooMany) {
		t.Errorf("the right password after too many: %v", err)
	}
	later := now.Add(15 * time.Minute)
	if err := d.try(later, "vera", phrase, d.code(secret, later)); err != nil {
		t.Errorf("a quarter later: %v", err)
	}
	if _, _, err := d.access.ForgetStep(t.Context(), now.Add(48*time.Hour)); err != nil {
		t.Error(err)
	}
	if n, err := storage.Value[int](t.Context(), d.db, `select count(*) from staff_try`); n != 0 || err != nil {
		t.Errorf("%d tries are kept for ever, %v", n, err)
	}
}

// TestInvitationWorksOnce, for a day, until there is a newer one, and for those who
// still work here.
func TestInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.person(staff.Auditor)
	link := func() string {
		token, err := d.access.Invite(t.Context(), noon, 0, p.ID)
		d.must(err)
		return token
	}
	works := func(token string, now time.Time) bool {
		_, err := d.access.Invited(t.Context(), now, token)
		if err != nil && !errors.Is(err, access.ErrNoInvitation) {
			t.Fatal(err)
		}
		return err == nil
	}
	first, second := link(), link()
	if works(first, noon) || !works(second, noon) || works(second, noon.Add(access.InvitationAge)) || works("guess", noon) {
		t.Error("a link works when it should not, or does not when it should")
	}
	app, err := d.access.OfferApp(noon, p, "Полянка", "")
	d.must(err)
	set := access.Password{Login: "vera", Password: phrase, Offer: app.Offer, Code: d.code(app.Secret, noon)}
	in := 0
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, _, err := d.access.AcceptByPassword(t.Context(), noon, second, "?", set)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if !errors.Is(err, access.ErrNoInvitation) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in != 1 || works(second, noon) {
		t.Errorf("%d come in by one link", in)
	}
	last := link()
	d.must(d.staff.Disable(t.Context(), noon, p.ID))
	if works(last, noon) {
		t.Error("a person who has left is let in")
	}
	if _, err := d.access.Invite(t.Context(), noon, 0, p.ID); !errors.Is(err, staff.ErrUnknownPerson) {
		t.Errorf("a person who has left is invited: %v", err)
	}
}

// TestPasswordsAreChecked before anything is kept.
func TestPasswordsAreChecked(t *testing.T) {
	t.Parallel()
	d := open(t)
	vera, oleg := d.person(staff.Auditor), d.person(staff.Operator)
	d.invited(vera, "vera")
	app, err := d.access.OfferApp(noon, oleg, "Полянка", "")
	d.must(err)
	foreign, err := d.access.OfferApp(noon, vera, "Полянка", "")
	d.must(err)
	again, err := d.access.OfferApp(noon.Add(time.Minute), oleg, "Полянка", app.Offer)
	if d.must(err); again.Secret != app.Secret || again.URL != app.URL {
		t.Errorf("offered again: %+v, first %+v", again, app)
	}
	if other, err := d.access.OfferApp(noon, oleg, "Полянка", foreign.Offer); err != nil || other.Secret == foreign.Secret {
		t.Errorf("another's secret is offered, %v", err)
	}
	good := access.Password{Login: "oleg", Password: phrase, Offer: app.Offer, Code: d.code(app.Secret, noon)}
	for what, tt := range map[string]struct {
		change func(p *access.Password)
		now    time.Time
		want   error
	}{
		"a short name":       {func(p *access.Password) { p.Login = "ol" }, noon, access.ErrBadLogin},
		"a name with spaces": {func(p *access.Password) { p.Login = "o l e g" }, noon, access.ErrBadLogin},
		"a taken name":       {func(p *access.Password) { p.Login = "VERA" }, noon, access.ErrLoginTaken},
		"a short password":   {func(p *access.Password) { p.Password = "коротко" }, noon, access.ErrBadPassword},
		"the name itself":    {func(p *access.Password) { p.Login, p.Password = "oleg.the.third", "Oleg.The.Third" }, noon, access.ErrBadPassword},
		"a wrong code":       {func(p *access.Password) { p.Code = "12345" }, noon, access.ErrBadCode},
		"an old offer":       {func(p *access.Password) { p.Code = d.code(app.Secret, noon.Add(time.Hour)) }, noon.Add(time.Hour), access.ErrBadCode},
		"another's offer":    {func(p *access.Password) { p.Offer, p.Code = foreign.Offer, d.code(foreign.Secret, noon) }, noon, access.ErrBadCode},
		"no offer":           {func(p *access.Password) { p.Offer = "" }, noon, access.ErrBadCode},
	} {
		p := good
		tt.change(&p)
		if _, err := d.access.SetPassword(t.Context(), tt.now, oleg.ID, p); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", what, err, tt.want)
		}
	}
	if _, err := d.access.SetPassword(t.Context(), noon, oleg.ID, good); err != nil {
		t.Error(err)
	}
	clear, err := storage.Value[int](t.Context(), d.db, `select count(*) from staff_password p where p::text like '%' || $1 || '%' or p::text like '%' || $2 || '%'`, app.Secret, phrase)
	if clear != 0 || err != nil {
		t.Errorf("a secret lies in the clear, %v", err)
	}
}

// TestOffersAreSealed: what a browser sends back in place of an offer is no offer.
func TestOffersAreSealed(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.person(staff.Auditor)
	rapid.Check(t, func(t *rapid.T) {
		offer := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_-]{0,80}`)).Draw(t, "offer")
		_, err := d.access.SetPassword(context.Background(), noon, p.ID, access.Password{Login: "vera", Password: phrase, Offer: offer, Code: "000000"})
		if !errors.Is(err, access.ErrBadCode) {
			t.Fatalf("%q: %v", offer, err)
		}
	})
}

// TestPasskeysNeedAName: where browsers have none, nobody is offered one.
func TestPasskeysNeedAName(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]bool{
		"https://loyalty.example": true, "http://localhost:8080": true, "http://127.0.0.1:8080": true, "http://[::1]:8080": true,
		"http://loyalty.example": false, "https://192.0.2.1": false, "http://0.0.0.0:8080": false,
	} {
		a, err := access.New(nil, nil, public)
		if err != nil || a.Passkeys() != want {
			t.Errorf("%s: %v, %v", public, a != nil && a.Passkeys(), err)
		}
	}
}
