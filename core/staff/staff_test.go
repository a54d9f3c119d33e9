package staff_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/staff"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2025, 3, 1, 12, 0, 0, 123456789, time.UTC)

func TestRoles(t *testing.T) {
	t.Parallel()
	may := map[staff.Permission][]staff.Role{
		staff.ReadMembers:      {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		staff.RegisterReceipts: {staff.Owner, staff.Registrar},
		staff.ReviewReceipts:   {staff.Owner, staff.Reviewer},
		staff.Converse:         {staff.Owner, staff.Operator},
		staff.ReadReports:      {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		staff.ReadAnswers:      {staff.Owner, staff.Marketer},
		staff.SpendPoints:      {staff.Owner, staff.Registrar},
		staff.GivePoints:       {staff.Owner, staff.Marketer},
		staff.SendSurveys:      {staff.Owner, staff.Marketer, staff.Operator},
		staff.Publish:          {staff.Owner, staff.Marketer},
		staff.HoldDraws:        {staff.Owner, staff.DrawDirector},
		staff.ReadAudit:        {staff.Owner, staff.Auditor},
		staff.ManageStaff:      {staff.Owner},
		staff.ManageWebhooks:   {staff.Owner},
	}
	for perm, want := range may {
		for _, r := range staff.Roles {
			got := staff.Person{Roles: []staff.Role{r}}.May(perm)
			if got != slices.Contains(want, r) {
				t.Errorf("%s may %s = %v", r, perm, got)
			}
		}
	}
	if (staff.Person{}).May(staff.ReadReports) {
		t.Error("a person without a role may read reports")
	}
	both := staff.Person{Roles: []staff.Role{staff.Marketer, staff.Registrar}}
	if !both.May(staff.Publish) || !both.May(staff.RegisterReceipts) || both.May(staff.ReadAudit) {
		t.Error("two roles are not the sum of both")
	}
}

func invite(t *testing.T, s *staff.Service, roles ...staff.Role) (staff.Person, string) {
	t.Helper()
	token := staff.NewToken()
	p, err := s.Invite(t.Context(), now, staff.Person{Name: "Вера", Roles: roles}, token)
	if err != nil {
		t.Fatal(err)
	}
	return p, token
}

func TestTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	s := staff.New(db)
	want, token := invite(t, s, staff.Registrar, staff.Operator)
	got, err := s.Authenticate(t.Context(), token)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Authenticate: %v (-want +got):\n%s", err, diff)
	}
	stored, err := storage.Value[int](t.Context(), db, `select count(*) from staff_token t where t::text like '%' || $1 || '%'`, token)
	if stored != 0 || err != nil {
		t.Errorf("the token is readable in the table, %v", err)
	}
	for _, wrong := range []string{"", token + "x", staff.NewToken()} {
		if p, err := s.Authenticate(t.Context(), wrong); !errors.Is(err, staff.ErrUnknownToken) {
			t.Errorf("a wrong token: %+v, %v, want ErrUnknownToken", p, err)
		}
	}
}

// TestLeaving ends tokens and people: each once, each in the audit log, and
// nobody else's.
func TestLeaving(t *testing.T) {
	t.Parallel()
	s := staff.New(storagetest.DB(t))
	leaky, token := invite(t, s, staff.Registrar)
	leaver, last := invite(t, s, staff.Reviewer)
	_, stays := invite(t, s, staff.Owner)
	for again, want := range []error{nil, staff.ErrUnknownToken} {
		if id, err := s.Revoke(t.Context(), now, token); !errors.Is(err, want) || err == nil && id != leaky.ID {
			t.Errorf("revoke, again %d: staff %d, %v", again, id, err)
		}
	}
	for again, want := range []error{nil, staff.ErrUnknownPerson} {
		if err := s.Disable(t.Context(), now, leaver.ID); !errors.Is(err, want) {
			t.Errorf("disable, again %d: %v", again, err)
		}
	}
	for token, want := range map[string]error{token: staff.ErrUnknownToken, last: staff.ErrUnknownToken, stays: nil} {
		if _, err := s.Authenticate(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("a token: %v, want %v", err, want)
		}
	}
	people, err := s.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range people {
		got = append(got, fmt.Sprint(p.ID, p.Tokens, p.DisabledAt != nil))
	}
	if diff := cmp.Diff([]string{"1 0 false", "2 0 true", "3 1 false"}, got); diff != "" {
		t.Errorf("id, tokens, disabled: %s", diff)
	}
	if log, err := s.VerifyAudit(t.Context()); log.Rows != 5 || err != nil {
		t.Errorf("audit: %+v, %v; want 3 invitations and 2 ends", log, err)
	}
}

// TestRolesChange: others from now on, in the log, and of nobody who has left.
func TestRolesChange(t *testing.T) {
	t.Parallel()
	s := staff.New(storagetest.DB(t))
	p, token := invite(t, s, staff.Operator)
	if err := s.SetRoles(t.Context(), now, p.ID, []staff.Role{staff.Auditor}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Authenticate(t.Context(), token); err != nil || got.May(staff.Converse) || !got.May(staff.ReadAudit) {
		t.Errorf("after the change: %+v, %v", got, err)
	}
	log, err := s.Audit(t.Context(), 0, 1)
	if err != nil || len(log) != 1 || log[0].Act != "staff.roles" || !log[0].Fits {
		t.Errorf("the log ends with %+v, %v", log, err)
	}
	if err := s.Disable(t.Context(), now, p.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRoles(t.Context(), now, p.ID, []staff.Role{staff.Owner}); !errors.Is(err, staff.ErrUnknownPerson) {
		t.Errorf("who has left becomes an owner: %v", err)
	}
}

// TestAuditIsReadBack in pages: all of it, the newest first, and a row that was changed
// does not fit.
func TestAuditIsReadBack(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	s := staff.New(db)
	for range 5 {
		invite(t, s, staff.Operator)
	}
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, `alter table audit disable trigger all`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update audit set object = 'staff/99' where id = 3`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for before := int64(0); before != 1; {
		page, err := s.Audit(t.Context(), before, 2)
		if err != nil || len(page) == 0 {
			t.Fatal(page, err)
		}
		for _, e := range page {
			got = append(got, fmt.Sprint(e.ID, e.Fits))
			before = e.ID
		}
	}
	if diff := cmp.Diff([]string{"5 true", "4 true", "3 false", "2 true", "1 true"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAuditChainHoldsWithManyWriters(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	s := staff.New(db)
	p, _ := invite(t, s, staff.Reviewer)
	const writers, each = 6, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
					return staff.AuditTx(ctx, tx, now, staff.Act{
						Staff: p.ID, Act: "receipts.approve", Object: "receipt/1", Detail: map[string]any{"writer": w, "i": i, "why": "чек <виден>"},
					})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	log, err := s.VerifyAudit(t.Context())
	if log.Rows != 1+writers*each || err != nil {
		t.Fatalf("VerifyAudit = %+v, %v, want %d rows", log, err, 1+writers*each)
	}
	if _, err := db.Exec(t.Context(), `update audit set object = 'receipt/2' where id = 5`); err == nil {
		t.Error("a row of the audit log can be changed")
	}
	for _, forgery := range []string{
		`update audit set object = 'receipt/2' where id = (select min(id) + 30 from audit)`,
		`delete from audit where id = (select min(id) from audit)`,
	} {
		tx, err := db.Pool().Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `alter table audit disable trigger all`); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), forgery); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.VerifyAudit(t.Context()); !errors.Is(err, staff.ErrAuditBroken) {
			t.Errorf("after %q: %v, want ErrAuditBroken", forgery, err)
		}
	}
}

func TestOnceDoesARequestOnce(t *testing.T) {
	t.Parallel()
	s := staff.New(storagetest.DB(t))
	p, _ := invite(t, s, staff.Registrar)
	request := staff.Request{Staff: p.ID, Key: "k1", Hash: []byte("body 1")}
	want := staff.Answer{Status: 201, Body: []byte(`{"id":7}`)}

	failed := errors.New("the database went away")
	if _, err := s.Once(t.Context(), now, request, func(context.Context, storage.Tx) (staff.Answer, error) {
		return staff.Answer{}, failed
	}); !errors.Is(err, failed) {
		t.Errorf("a request that fails: %v, want %v", err, failed)
	}
	var mu sync.Mutex
	done := 0
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			got, err := s.Once(t.Context(), now, request, func(context.Context, storage.Tx) (staff.Answer, error) {
				mu.Lock()
				defer mu.Unlock()
				done++
				return want, nil
			})
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("answer: %v (-want +got):\n%s", err, diff)
			}
		})
	}
	wg.Wait()
	if done != 1 {
		t.Errorf("done %d times", done)
	}
	never := func(context.Context, storage.Tx) (staff.Answer, error) {
		t.Error("another request under a used key was done")
		return staff.Answer{}, nil
	}
	request.Hash = []byte("body 2")
	if _, err := s.Once(t.Context(), now, request, never); !errors.Is(err, staff.ErrKeyReused) {
		t.Errorf("another request under a used key: %v, want ErrKeyReused", err)
	}
}

func TestKeptAnswersAreForgotten(t *testing.T) {
	t.Parallel()
	s := staff.New(storagetest.DB(t))
	p, _ := invite(t, s, staff.Registrar)
	now := now.Truncate(time.Microsecond) // as the database keeps it
	done := 0
	ask := func(at time.Time) {
		t.Helper()
		if _, err := s.Once(t.Context(), at, staff.Request{Staff: p.ID, Key: "k", Hash: []byte("h")}, func(context.Context, storage.Tx) (staff.Answer, error) {
			done++
			return staff.Answer{Status: 200}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	ask(now)
	if worked, next, err := s.ForgetStep(t.Context(), now.Add(24*time.Hour)); worked || !next.Equal(now.Add(7*24*time.Hour)) || err != nil {
		t.Errorf("a day later: worked %v, next %v, %v", worked, next, err)
	}
	ask(now.Add(24 * time.Hour))
	if done != 1 {
		t.Errorf("done %d times within the time that answers are kept", done)
	}
	if worked, _, err := s.ForgetStep(t.Context(), now.Add(7*24*time.Hour)); !worked || err != nil {
		t.Errorf("a week later: worked %v, %v", worked, err)
	}
	ask(now.Add(8 * 24 * time.Hour))
	if done != 2 {
		t.Errorf("done %d times after the answer was forgotten", done)
	}
}
