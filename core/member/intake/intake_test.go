package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2026, 11, 22, 15, 4, 0, 0, time.UTC)

// house is the lists of a programme on a database of its own, and somebody who brings them.
type house struct {
	testing.TB
	*intake.Service
	by int64
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, Service: process(t, storagetest.DB(t))}
	p, err := staff.New(h.DB).Invite(t.Context(), now, staff.Person{Name: "Вера", Roles: []staff.Role{staff.Owner}}, staff.NewToken())
	h.must(err)
	h.by = p.ID
	return h
}

// process is one of several on a database.
func process(t testing.TB, db *storage.DB) *intake.Service {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return &intake.Service{DB: db, Keys: keys, Members: member.New(db, keys, ledger.MergeTx), Terms: terms}
}

func terms() intake.Terms {
	isDay := func(text string, today time.Time) bool {
		day, err := time.Parse(time.DateOnly, text)
		return err == nil && !day.After(today)
	}
	return intake.Terms{
		Zone: time.UTC,
		Fields: []intake.Field{
			{Name: "name", Titles: []string{"Имя"}, Sealed: true, Telling: true, Called: true, Takes: func(text string, _ time.Time) bool { return !strings.ContainsAny(text, "0123456789") }},
			{Name: "birthday", Titles: []string{"Дата рождения"}, Telling: true, Day: true, Takes: isDay},
			{Name: "city", Titles: []string{"Город"}, Takes: func(string, time.Time) bool { return true }},
			{Name: "children", Titles: []string{"Дети дома"}, Options: map[string]string{"есть": "have", "have": "have"}, Takes: func(text string, _ time.Time) bool { return text == "have" }},
		},
		Documents: map[consent.Kind]string{consent.PersonalData: "v2", consent.Advertising: "a1"},
		Cards:     []card.Type{{ID: "plain", Prefix: "29"}},
	}
}

var paper = intake.Basis{Documents: []consent.Kind{consent.PersonalData}, Ground: intake.Paper, Kept: "папка 3", On: "2024-03-01"}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	h.must(h.DB.InTx(h.Context(), do))
}

func (h *house) upload(file string) (id int64, fresh bool) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		id, fresh, err = h.UploadTx(ctx, tx, now, h.by, []byte(file))
		return err
	})
	return id, fresh
}

func (h *house) run(id int64, b intake.Basis) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error { return h.RunTx(ctx, tx, now, h.by, id, b) })
}

// works steps until there is nothing left to do.
func (h *house) works() {
	h.Helper()
	for worked := true; worked; {
		var err error
		worked, _, err = h.Step(h.Context(), now)
		h.must(err)
	}
}

func (h *house) get(id int64) intake.Intake {
	h.Helper()
	in, err := h.Get(h.Context(), id)
	h.must(err)
	return in
}

func (h *house) rows(id int64) map[int]intake.Row {
	h.Helper()
	rows, err := h.Rows(h.Context(), id, "", 0, intake.MaxRows)
	h.must(err)
	all := map[int]intake.Row{}
	for _, r := range rows {
		all[r.Line] = r
	}
	return all
}

func (h *house) count(sql string, args ...any) int64 {
	h.Helper()
	n, err := storage.Value[int64](h.Context(), h.DB, sql, args...)
	h.must(err)
	return n
}

// joins is a member who came by Telegram.
func (h *house) joins(peer, phone string, answers map[string]string) (who member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		all, err := h.Members.SubjectsTx(ctx, tx, now, chat.Telegram, []string{peer})
		if err != nil {
			return err
		}
		who = all[0]
		if _, err := h.Members.VerifyPhoneTx(ctx, tx, now, who, phone); err != nil {
			return err
		}
		var told []member.Answer
		for field, text := range answers {
			told = append(told, member.PlainAnswer(who.ID, field, text).Telling())
		}
		var b storage.Batch
		member.QueueAnswers(&b, now, told)
		if b.Len() == 0 {
			return nil
		}
		return b.Send(ctx, tx)
	})
	_, _, err := member.Namesakes{Members: h.Members, Fields: func() (names, days []string) { return []string{"name"}, []string{"birthday"} }}.Step(h.Context(), now)
	h.must(err)
	return who
}

func (h *house) carries(who int64, number string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		bound, err := card.BindTx(ctx, tx, now, who, number, card.Type{ID: "plain", Prefix: "29"})
		if err == nil && !bound {
			err = errors.New("not bound")
		}
		return err
	})
}

const (
	cardOne   = "2900000000018"
	cardTwo   = "2900000000025"
	cardThree = "2900000000032"
)

// TestEachLineIsSomething goes through all that a line can be, and why.
func TestEachLineIsSomething(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "+79161234567", map[string]string{"name": "Анна Петрова", "birthday": "1990-05-12"})
	boris := h.joins("2", "+79161234568", nil)
	h.carries(boris.Member, cardOne)
	id, fresh := h.upload("Телефон;Имя;Дата рождения;Номер карты;Дети дома;Скидка\n" +
		"8 916 123-45-69;Вера;31.12.1991;" + cardTwo + ";Есть;5\n" + // 2 new
		"+79161234567;Анна;;;;\n" + // 3 known by phone
		";;;" + cardOne + ";;\n" + // 4 known by card
		"89161234569;;;;;\n" + // 5 the phone of 2
		"89161234570;;;" + cardTwo + ";;\n" + // 6 the card of 2
		"+79161234567;;;" + cardOne + ";;\n" + // 7 the phone of 3
		"89161234571;;;" + cardOne + ";;\n" + // 8 the card of 4
		"89161234572;ПЕТРОВА Анна;12.05.1990;;;\n" + // 9 a namesake
		"12;;;;;\n" + // 10 no phone
		"89161234573;;завтра;;;\n" + // 11 no day
		"89161234573;;;123;;\n" + // 12 no card
		"89161234573;;;;много;\n" + // 13 no such choice
		";Пётр;;;;\n" + // 14 nobody
		";;;" + cardThree + ";;\n" + // 15 nobody's card
		"8916\"12;;;;;\n" + // 16 quotes
		"89161234573;Глеб;;;;\n") // 17 new at last
	if !fresh {
		t.Fatal("the file was here before")
	}
	h.works()
	want := map[int]string{
		2: "new", 3: "known", 4: "known", 5: "doubtful twice_phone 2", 6: "doubtful twice_card 2", 7: "doubtful twice_phone 3", 8: "doubtful twice_card 4",
		9: "doubtful namesake", 10: "refused phone/1", 11: "refused value/3", 12: "refused card/4", 13: "refused value/5", 14: "refused no_phone", 15: "refused unknown_card",
		16: "refused quotes", 17: "new",
	}
	got := map[int]string{}
	for n, r := range h.rows(id) {
		got[n] = string(r.Class)
		if r.Cause != "" {
			got[n] += " " + string(r.Cause)
		}
		if r.Col > 0 {
			got[n] += fmt.Sprintf("/%d", r.Col)
		}
		if r.Other > 0 {
			got[n] += fmt.Sprintf(" %d", r.Other)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r := h.rows(id)[9]; r.Member != anna.Member || r.Phone != "+79•••••4572" || r.Name != "П••• А•••" {
		t.Errorf("the namesake: %+v", r)
	}
	if n := h.count("select count(*) from member") + h.count("select count(*) from consent"); n != 2 {
		t.Errorf("looking has written: %d", n)
	}
	if got := h.get(id); got.State != intake.Checked || got.Figures != (intake.Figures{New: 2, Known: 2, Doubtful: 5, Refused: 7}) {
		t.Errorf("%+v", got)
	}
}

// TestPhoneOfOneAndCardOfAnother are two doubts: of two members, and of a number that is not
// the card's owner's.
func TestPhoneOfOneAndCardOfAnother(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.joins("1", "+79161234567", nil)
	boris := h.joins("2", "+79161234568", nil)
	h.carries(boris.Member, cardOne)
	first, _ := h.upload("phone,card\n+79161234567," + cardOne + "\n")
	second, _ := h.upload("phone,card\n+79161234569," + cardOne + "\n")
	h.works()
	for id, cause := range map[int64]intake.Cause{first: intake.TwoMembers, second: intake.OtherPhone} {
		if r := h.rows(id)[2]; r.Class != intake.Doubtful || r.Cause != cause {
			t.Errorf("%+v, want %s", r, cause)
		}
	}
}

// TestRun makes members whom a chat recognises by their number, fills in what is empty, and
// leaves nothing of the file.
func TestRun(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "+79161234567", map[string]string{"city": "Тверь"})
	h.tx(func(ctx context.Context, tx storage.Tx) error { // she has said no
		var b storage.Batch
		consent.Queue(&b, []consent.Given{{Subject: anna.ID, Channel: chat.Telegram, Kind: consent.Advertising, Version: "a1", At: now}})
		return b.Send(ctx, tx)
	})
	id, _ := h.upload("Телефон;Имя;Город;Карта\n89161234567;Анна;Москва;" + cardOne + "\n89161234569;Вера;Тула;" + cardTwo + "\n12;;;\n")
	h.works()
	basis := paper
	basis.Documents = []consent.Kind{consent.PersonalData, consent.Advertising}
	h.run(id, basis)
	h.works()
	in := h.get(id)
	if in.State != intake.Done || in.Figures != (intake.Figures{New: 1, Known: 1, Refused: 1, Done: 2}) || in.Head != nil {
		t.Errorf("%+v", in)
	}
	answers, err := h.Members.AnswersOf(t.Context(), anna.Member)
	h.must(err)
	if diff := cmp.Diff(map[string]string{"city": "Тверь", "name": "Анна"}, answers); diff != "" {
		t.Errorf("who was known: %s", diff)
	}
	vera := h.rows(id)[3].Member
	if answers, err = h.Members.AnswersOf(t.Context(), vera); err != nil || answers["name"] != "Вера" || answers["city"] != "Тула" {
		t.Errorf("who is new: %v %v", answers, err)
	}
	h.agreed(anna.Member, map[consent.Kind]bool{consent.PersonalData: true, consent.Advertising: false})
	h.agreed(vera, map[consent.Kind]bool{consent.PersonalData: true, consent.Advertising: true})
	for number, who := range map[string]int64{cardOne: anna.Member, cardTwo: vera} {
		if c, err := card.Find(t.Context(), h.DB, number); err != nil || c.Member != who {
			t.Errorf("card %s: %+v, %v", number, c, err)
		}
	}
	if n := h.count("select count(*) from intake_row where sealed is not null or phone_index is not null or card <> ''") +
		h.count("select count(*) from intake where wrapped_key is not null or head <> ''"); n != 0 {
		t.Errorf("%d rows keep something of the file", n)
	}
	if n := h.count("select count(*) from consent where intake_id = $1 and at = '2024-03-01' and staff_id = $2", id, h.by); n != 3 {
		t.Errorf("%d consents say where they are from", n)
	}
	chatting := h.joins("vera", "+79161234569", nil) // proves the number
	if m, err := h.Members.Find(t.Context(), chat.Telegram, "vera"); err != nil || m.Member != vera {
		t.Errorf("the chat is of member %d (%v, was %d), want %d", m.Member, err, chatting.Member, vera)
	}
	if again, fresh := h.upload("Телефон;Имя;Город;Карта\n89161234567;Анна;Москва;" + cardOne + "\n89161234569;Вера;Тула;" + cardTwo + "\n12;;;\n"); fresh || again != id {
		t.Errorf("the same file is list %d", again)
	}
}

func (h *house) agreed(who int64, want map[consent.Kind]bool) {
	h.Helper()
	states, err := consent.Of(h.Context(), h.DB, who)
	h.must(err)
	got := map[consent.Kind]bool{}
	for kind, s := range states {
		got[kind] = s.Granted
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("consents of member %d: %s", who, diff)
	}
	if n := h.count("select cardinality(consents) from member where id = $1", who); n != int64(len(slices.DeleteFunc(slices.Collect(values(got)), func(yes bool) bool { return !yes }))) {
		h.Errorf("member %d: %d consents stand", who, n)
	}
}

func values(m map[consent.Kind]bool) func(yield func(bool) bool) {
	return func(yield func(bool) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// TestBasis: nothing runs without what was agreed to, on what ground, where it is kept, when.
func TestBasis(t *testing.T) {
	t.Parallel()
	h := open(t)
	each, _ := h.upload("phone,consent date\n89161234567,01.02.2020\n89161234568,\n89161234569,2030-01-01\n")
	one, _ := h.upload("phone\n89161234567\n")
	h.works()
	refused := map[string]func(b *intake.Basis){
		"no personal data": func(b *intake.Basis) { b.Documents = []consent.Kind{consent.Advertising} },
		"no document":      func(b *intake.Basis) { b.Documents = []consent.Kind{consent.PersonalData, consent.Rules} },
		"no ground":        func(b *intake.Basis) { b.Ground = "" },
		"no place":         func(b *intake.Basis) { b.Kept = " " },
		"no day":           func(b *intake.Basis) { b.On = "" },
		"tomorrow":         func(b *intake.Basis) { b.On = "2026-11-23" },
	}
	for name, spoil := range refused {
		b := paper
		spoil(&b)
		if err := h.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return h.RunTx(ctx, tx, now, h.by, one, b) }); !errors.Is(err, intake.ErrBasis) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b := paper
	b.On, b.Earlier = "", true
	h.run(each, b)
	h.works()
	if rows := h.rows(each); rows[3].Cause != intake.NoAgreed || rows[4].Cause != intake.BadAgreed || !rows[2].Done {
		t.Errorf("%+v", rows)
	}
	if n := h.count("select count(*) from consent where at = '2020-02-01' and version = $1", fmt.Sprintf("intake/%d", each)); n != 1 {
		t.Error("the line's own day is not that of the consent")
	}
}

// TestColumnsByHand: what no heading tells somebody says, and may say otherwise before it runs.
func TestColumnsByHand(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, _ := h.upload("А;Б\n89161234567;Анна\n")
	h.works()
	if in := h.get(id); in.State != intake.Uploaded || cmp.Diff([]string{"А", "Б"}, in.Head) != "" {
		t.Fatalf("%+v", in)
	}
	check := func(columns ...string) error {
		return h.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return h.CheckTx(ctx, tx, now, h.by, id, columns) })
	}
	for _, columns := range [][]string{{"phone"}, {"", "field:name"}, {"phone", "phone"}, {"phone", "height"}} {
		if err := check(columns...); !errors.Is(err, intake.ErrColumns) {
			t.Errorf("%v: %v", columns, err)
		}
	}
	h.must(check(intake.Phone, ""))
	h.works()
	h.must(check(intake.Phone, intake.Column("name")))
	h.works()
	h.run(id, paper)
	if err := check(intake.Phone, ""); !errors.Is(err, intake.ErrState) {
		t.Errorf("amid a run: %v", err)
	}
	h.works()
	if answers, err := h.Members.AnswersOf(t.Context(), h.rows(id)[2].Member); err != nil || answers["name"] != "Анна" {
		t.Errorf("%v %v", answers, err)
	}
}

// TestOneFileOfTwoOperators is one list, and of two who let it run one does.
func TestOneFileOfTwoOperators(t *testing.T) {
	t.Parallel()
	h := open(t)
	var all sync.WaitGroup
	ids, fresh := make([]int64, 4), make([]bool, 4)
	for i := range ids {
		all.Go(func() { ids[i], fresh[i] = h.upload("phone\n89161234567\n") })
	}
	all.Wait()
	if slices.Max(ids) != slices.Min(ids) || len(slices.DeleteFunc(fresh, func(is bool) bool { return !is })) != 1 {
		t.Fatalf("lists %v, new %v", ids, fresh)
	}
	h.works()
	ran := make([]error, 4)
	for i := range ran {
		all.Go(func() {
			ran[i] = h.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return h.RunTx(ctx, tx, now, h.by, ids[0], paper) })
		})
	}
	all.Wait()
	if n := len(slices.DeleteFunc(ran, func(err error) bool { return errors.Is(err, intake.ErrState) })); n != 1 {
		t.Errorf("%d ran it", n)
	}
}

// TestKilledBetweenBatches: a process that dies amid a batch loses it, another one does it
// again, two at once do each once, and a stop in between loses nothing.
func TestKilledBetweenBatches(t *testing.T) {
	t.Parallel()
	h := open(t)
	const people = 730
	var file strings.Builder
	file.WriteString("phone,name\n")
	for i := range people {
		fmt.Fprintf(&file, "+7916%07d,Анна\n", i)
	}
	id, _ := h.upload(file.String())
	h.works()
	h.run(id, paper)
	step(t, h.Service, context.Background())
	dead, kill := context.WithCancel(context.Background())
	kill()
	if _, _, err := h.Step(dead, now); err == nil {
		t.Fatal("the dead step")
	}
	dying, die := context.WithCancel(context.Background())
	broken := process(t, h.DB)
	broken.Terms = func() intake.Terms { die(); return terms() } // amid its transaction
	if _, _, err := broken.Step(dying, now); err == nil {
		t.Fatal("the dying step")
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error { return h.StopTx(ctx, tx, now, h.by, id) })
	if worked, _, err := h.Step(t.Context(), now); worked || err != nil {
		t.Fatalf("a list that was stopped goes on: %v", err)
	}
	if in := h.get(id); in.State != intake.Stopped || in.Figures.Done != 100 {
		t.Fatalf("%+v", in)
	}
	h.run(id, intake.Basis{})
	other := process(t, h.DB)
	var both sync.WaitGroup
	for _, s := range []*intake.Service{h.Service, other} {
		both.Go(func() {
			for range people / 50 { // of a hundred each, some of them for nothing
				step(t, s, context.Background())
			}
		})
	}
	both.Wait()
	if in := h.get(id); in.State != intake.Done || in.Figures != (intake.Figures{New: people, Done: people}) {
		t.Errorf("%+v", in)
	}
	for what, sql := range map[string]string{"members": "select count(*) from member", "phones": "select count(distinct phone_index) from phone where verified_at is not null", "consents": "select count(*) from consent"} {
		if n := h.count(sql); n != people {
			t.Errorf("%d %s, want %d", n, what, people)
		}
	}
}

func step(t *testing.T, s *intake.Service, ctx context.Context) {
	t.Helper()
	if _, _, err := s.Step(ctx, now); err != nil {
		t.Error(err)
	}
}

// TestErasedMeanwhile: an erasure takes what a list holds of the person, and the list brings
// nobody back.
func TestErasedMeanwhile(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "+79161234567", nil)
	id, _ := h.upload("phone,name\n+79161234567,Анна\n+79161234568,Вера\n")
	unseen, _ := h.upload("phone,name\n89161234567,Анна П\n")
	if _, _, err := h.Step(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	h.must(h.Members.Erase(t.Context(), list, anna.Member, func(context.Context, storage.Tx) error { return nil }))
	h.works()
	h.run(id, paper)
	h.works()
	if r := h.rows(id)[2]; r.Class != intake.Refused || r.Cause != intake.Erased || r.Done {
		t.Errorf("%+v", r)
	}
	if r := h.rows(unseen)[2]; r.Class != intake.Refused || r.Cause != intake.Erased {
		t.Errorf("%+v", r)
	}
	if n := h.count("select count(*) from member"); n != 2 {
		t.Errorf("%d members", n)
	}
}

// TestErasedFromRefusedLine: a line that is refused for what stands before its number is of the
// person all the same, and does not bring them back when its columns are told otherwise.
func TestErasedFromRefusedLine(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "+79161234567", nil)
	id, _ := h.upload("birthday,phone\nзавтра,+79161234567\n")
	h.works()
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	h.must(h.Members.Erase(t.Context(), list, anna.Member, func(context.Context, storage.Tx) error { return nil }))
	if n := h.count("select count(*) from intake_row where sealed is not null or phone_index is not null"); n != 0 {
		t.Error("the list still has the person's line")
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.CheckTx(ctx, tx, now, h.by, id, []string{"", intake.Phone})
	})
	h.works()
	if in := h.get(id); in.Figures != (intake.Figures{Refused: 1}) {
		t.Errorf("%+v", in.Figures)
	}
}

// TestErasedAmidWork: whoever is being erased while their line's turn comes is not brought
// back, and the list knows them no more.
func TestErasedAmidWork(t *testing.T) {
	t.Parallel()
	for _, runs := range []bool{false, true} {
		h := open(t)
		anna := h.joins("1", "+79161234567", nil)
		id, _ := h.upload("phone,name\n+79161234567,Анна\n")
		if runs {
			h.works()
			h.run(id, paper)
		}
		h.erasedAmidStep(anna.Member)
		h.works()
		if n := h.count("select count(*) from member"); n != 1 {
			t.Errorf("running %t: %d members, one of them is the erased one anew", runs, n)
		}
		if r := h.rows(id)[2]; r.Class != intake.Refused || r.Cause != intake.Erased || r.Done {
			t.Errorf("running %t: %+v", runs, r)
		}
		if n := h.count("select count(*) from intake_row where phone_index is not null"); n != 0 {
			t.Errorf("running %t: the list knows their number", runs)
		}
	}
}

// erasedAmidStep lets a step begin before an erasure is committed.
func (h *house) erasedAmidStep(who int64) {
	h.Helper()
	list := seal.ErasuresBeside(filepath.Join(h.TempDir(), "master.key"))
	stepped := make(chan error, 1)
	h.must(h.Members.Erase(h.Context(), list, who, func(context.Context, storage.Tx) error {
		go func() {
			_, _, err := h.Step(context.WithoutCancel(h.Context()), now)
			stepped <- err
		}()
		for len(stepped) == 0 && h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) == 0 { // until it waits
		}
		return nil
	}))
	h.must(<-stepped)
}

// TestGoneInTime: lines that nobody runs go, and so does the outcome of those that ran.
func TestGoneInTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	left, _ := h.upload("phone\n89161234567\n")
	ran, _ := h.upload("phone\n89161234568\n")
	dropped, _ := h.upload("phone\n89161234569\n")
	h.works()
	h.run(ran, paper)
	h.tx(func(ctx context.Context, tx storage.Tx) error { return h.DropTx(ctx, tx, now, h.by, dropped) })
	h.works()
	_, next, err := h.Step(t.Context(), now)
	if err != nil || !next.Equal(now.Add(intake.Kept)) {
		t.Errorf("next at %v, %v", next, err)
	}
	err = h.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return h.RunTx(ctx, tx, now.Add(intake.Kept), h.by, left, paper)
	})
	if !errors.Is(err, intake.ErrState) {
		t.Errorf("a list that goes runs: %v", err)
	}
	for range 4 {
		if _, _, err := h.Step(t.Context(), now.Add(intake.Kept)); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.count("select count(*) from intake_row") + h.count("select count(*) from intake where wrapped_key is not null or expires_at is not null"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if a, b, c := h.get(left).State, h.get(ran).State, h.get(dropped).State; a != intake.Gone || b != intake.Done || c != intake.Gone {
		t.Errorf("states %s, %s, %s", a, b, c)
	}
	if _, fresh := h.upload("phone\n89161234567\n"); !fresh {
		t.Error("a file that is gone cannot come again")
	}
}

// TestLooksEqualRuns: of any file every line ends in one class, and the run does what looking
// has said, when nothing came in between.
func TestLooksEqualRuns(t *testing.T) {
	t.Parallel()
	h := open(t)
	phone := rapid.OneOf(rapid.Map(rapid.IntRange(0, 40), func(n int) string { return fmt.Sprintf("8916000%04d", n) }), rapid.SampledFrom([]string{"", "12", "+7 (916) 000-00-01", "нет", "\"8"}))
	number := rapid.SampledFrom([]string{"", "", "", cardOne, cardTwo, "29 00000 00003 2", "2900000000019", "1"})
	day := rapid.SampledFrom([]string{"", "12.05.1990", "1991-01-01", "31.02.1990", "1990"})
	name := rapid.SampledFrom([]string{"", "Анна", "Пётр", "R2D2", "=1+1", "\"Аня\"", "; ;"})
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(r, "lines")
		file := fmt.Sprintf("Телефон;Карта;Дата рождения;Имя;%s\n", rapid.StringMatching("[a-z]{9}").Draw(r, "nonce")) // no digits: many make a telephone number
		for range n {
			file += strings.Join([]string{phone.Draw(r, "phone"), number.Draw(r, "card"), day.Draw(r, "day"), name.Draw(r, "name")}, ";") + ";x\n"
		}
		before := h.count("select count(*) from member")
		id, fresh := h.upload(file)
		if !fresh {
			return
		}
		h.works()
		looked := h.get(id).Figures
		if looked.Unseen != 0 || looked.Rows() == 0 || h.count("select count(*) from member") != before {
			r.Fatalf("looking: %+v", looked)
		}
		h.run(id, paper)
		h.works()
		ran := h.get(id).Figures
		want := looked
		want.Done = looked.New + looked.Known
		if ran != want || h.count("select count(*) from member") != before+int64(looked.New) {
			r.Fatalf("looking said %+v, the run did %+v, %d members more\n%s", looked, ran, h.count("select count(*) from member")-before, file)
		}
		if n := h.count("select count(*) from (select from phone where verified_at is not null group by phone_index having count(*) > 1) twice"); n != 0 {
			r.Fatal("a phone of two members")
		}
	})
}

// TestTheDocumentsTable: the table of docs/members.md is read as it says.
func TestTheDocumentsTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/members.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "```csv\n")
	table, _, closed := strings.Cut(table, "```")
	if !found || !closed {
		t.Fatal("there is no table")
	}
	h := open(t)
	id, _ := h.upload(table)
	h.works()
	if in := h.get(id); in.Figures != (intake.Figures{New: 1}) || slices.Contains(in.Columns, "") {
		t.Errorf("%+v", in)
	}
}
