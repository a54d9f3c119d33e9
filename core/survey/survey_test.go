package survey_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/core/survey"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

var reward = survey.Reward{Points: 2000, TTL: "P6M", Why: "Три вопроса"}

// house is people and their surveys on a database of its own.
type house struct {
	testing.TB
	db     *storage.DB
	people *member.Service
	*survey.Service
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, db: storagetest.DB(t)}
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	h.must(err)
	h.Service = &survey.Service{Keys: keys, Zone: func() *time.Location { return time.UTC }}
	h.people = member.New(h.db, keys, func(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
		if err := h.MergeTx(ctx, tx, now, from, into); err != nil {
			return err
		}
		return ledger.MergeTx(ctx, tx, now, from, into)
	})
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	h.must(h.db.InTx(h.Context(), do))
}

// meet makes somebody who writes in a messenger.
func (h *house) meet(channel chat.Channel, peer string) (who member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		met, err := h.people.SubjectsTx(ctx, tx, noon, channel, []string{peer})
		who = met[0]
		return err
	})
	return who
}

func (h *house) register(who member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := h.people.RegisterTx(ctx, tx, noon, who.Member); err != nil {
			return err
		}
		return h.RewardTx(ctx, tx, noon, who.Member)
	})
}

func (h *house) join(a, b member.Subject) (stays int64) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		stays, err = h.people.MergeTx(ctx, tx, noon, a.Member, b.Member, "test")
		return err
	})
	return stays
}

func (h *house) begin(who member.Subject, of int64) (begun survey.Begun) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		begun, err = survey.BeginTx(ctx, tx, survey.Begin{Survey: "tea", Member: of, Behalf: of != who.Member, Subject: who.ID, Channel: "telegram", At: noon})
		return err
	})
	return begun
}

// answer is the end of a turn: in it the response may have been completed.
func (h *house) answer(ctx context.Context, tx storage.Tx, at time.Time, answers ...survey.Answer) error {
	var b storage.Batch
	survey.QueueAnswers(&b, at, answers)
	return b.Send(ctx, tx)
}

func (h *house) says(who member.Subject, question string, given ...string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.answer(ctx, tx, noon, survey.Answer{Subject: who.ID, Survey: "tea", Question: question, Given: given})
	})
}

// finish completes a response at an instant, with the last answer in the same
// transaction.
func (h *house) finish(who member.Subject, at time.Time, last string) (outcome survey.Outcome) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		outcome, err = h.FinishTx(ctx, tx, survey.Finish{Survey: "tea", Member: who.Member, Subject: who.ID, At: at, Reward: reward})
		if err != nil {
			return err
		}
		return h.answer(ctx, tx, at, survey.Answer{Subject: who.ID, Survey: "tea", Question: "last", Given: []string{last}})
	})
	return outcome
}

func (h *house) points(of int64) int64 {
	h.Helper()
	b, err := ledger.BalanceOf(h.Context(), h.db, noon, of, ledger.Bonus)
	h.must(err)
	return b.Points
}

func (h *house) text(sql string, args ...any) string {
	h.Helper()
	text, err := storage.Value[string](h.Context(), h.db, sql, args...)
	h.must(err)
	return text
}

// books are right, whatever happened.
func (h *house) books() {
	h.Helper()
	report, err := ledger.Check(h.Context(), h.db)
	h.must(err)
	if len(report.Breaches) > 0 {
		h.Errorf("the books: %+v", report.Breaches)
	}
}

const kept = `select coalesce(string_agg(question || '=' || array_to_string(given, '+'), ' ' order by question), '') from survey_answer`

// TestOneResponseFromTwoChats is A52: what is answered in one chat is known in
// the other, and whichever finishes, the reward comes once.
func TestOneResponseFromTwoChats(t *testing.T) {
	t.Parallel()
	h := open(t)
	phone, web := h.meet(chat.Telegram, "anna"), h.meet(chat.Webchat, "anna")
	h.register(phone)
	stays := h.join(phone, web)
	phone.Member, web.Member = stays, stays
	h.begin(phone, stays)
	h.says(phone, "often", "daily")
	h.says(phone, "plate", "curd", "eggs")
	h.says(phone, "why")
	begun := h.begin(web, stays)
	if diff := cmp.Diff(survey.Begun{Answers: map[string][]string{"often": {"daily"}, "plate": {"curd", "eggs"}, "why": {}}}, begun); diff != "" {
		t.Errorf("begun before: %s", diff)
	}
	if next := begun.Next([]string{"often", "new", "plate", "why", "last"}); next != "last" {
		t.Errorf("goes on from %q", next)
	}
	if got := h.finish(web, noon, "10"); got != survey.Rewarded {
		t.Errorf("finished on the web: %d", got)
	}
	if got := h.finish(phone, noon, "0"); got != survey.Already {
		t.Errorf("finished in the messenger too: %d", got)
	}
	h.says(phone, "often", "never")
	if got := h.text(kept); got != "last=10 often=daily plate=curd+eggs why=" || !h.begin(phone, stays).Done {
		t.Errorf("kept: %s", got)
	}
	entries, err := ledger.Statement(t.Context(), h.db, stays, 0)
	if h.must(err); h.points(stays) != 2000 || len(entries) != 1 || entries[0].Reason != "Три вопроса" || entries[0].Expires.Format(time.DateOnly) != "2027-05-30" {
		t.Errorf("%d points, by %+v", h.points(stays), entries)
	}
	h.books()
}

// TestGoneBackTo: a question gone back to is asked again, whatever came of it
// before, and in one turn the last word counts.
func TestGoneBackTo(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet(chat.Telegram, "anna")
	h.begin(who, who.Member)
	say := func(question, given string, undone bool) survey.Answer {
		a := survey.Answer{Subject: who.ID, Survey: "tea", Question: question, Undone: undone}
		if given != "" {
			a.Given = []string{given}
		}
		return a
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.answer(ctx, tx, noon, say("often", "daily", false), say("cups", "3", false), say("why", "", false))
	})
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.answer(ctx, tx, noon, say("why", "", true), say("cups", "", true), say("often", "", true), say("often", "never", false))
	})
	if got := h.text(kept); got != "often=never" {
		t.Errorf("kept: %s", got)
	}
	if next := h.begin(who, who.Member).Next([]string{"often", "cups", "why", "last"}); next != "cups" {
		t.Errorf("goes on from %q", next)
	}
}

// TestTwoFinishAtOnce: of two turns that finish together one grants the reward.
func TestTwoFinishAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet(chat.Telegram, "anna")
	h.register(who)
	h.begin(who, who.Member)
	var all errgroup.Group
	for range 8 {
		all.Go(func() error {
			return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
				_, err := h.FinishTx(ctx, tx, survey.Finish{Survey: "tea", Member: who.Member, Subject: who.ID, At: noon, Reward: reward})
				return err
			})
		})
	}
	if err := all.Wait(); err != nil || h.points(who.Member) != 2000 {
		t.Errorf("%d points, %v", h.points(who.Member), err)
	}
	h.books()
}

// overlap finishes a member's survey by somebody's turn, and commits it once other,
// begun meanwhile, waits for it or is through.
func (h *house) overlap(of int64, by member.Subject, at time.Time, other func()) (outcome survey.Outcome) {
	h.Helper()
	done := make(chan struct{})
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		outcome, err = h.FinishTx(ctx, tx, survey.Finish{Survey: "tea", Member: of, Subject: by.ID, At: at, Reward: reward})
		go func() { defer close(done); other() }()
		for through := false; !through && !h.waiting(); {
			select {
			case <-done:
				through = true
			default:
			}
		}
		return err
	})
	<-done
	return outcome
}

// waiting says whether somebody waits for a lock in this database.
func (h *house) waiting() bool {
	return h.text(`select count(*)::text from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) != "0"
}

// TestFinishWhileRegistering: whichever of the two comes first, the reward comes.
func TestFinishWhileRegistering(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet(chat.Telegram, "anna")
	h.begin(who, who.Member)
	outcome := h.overlap(who.Member, who, noon, func() { h.register(who) })
	if got := h.points(who.Member); got != 2000 || outcome != survey.Held {
		t.Errorf("outcome %d, %d points", outcome, got)
	}
	h.books()
}

// TestFinishWhileJoining: a friend finishes the survey of one of two members who
// turn out to be one, and who both have it done: one reward is left.
func TestFinishWhileJoining(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b, friend := h.meet(chat.Telegram, "a"), h.meet(chat.Webchat, "b"), h.meet(chat.Telegram, "friend")
	for _, who := range []member.Subject{a, b} {
		h.register(who)
		h.begin(who, who.Member)
	}
	h.finish(b, noon, "1")
	stays := int64(0)
	h.overlap(a.Member, friend, noon.Add(time.Minute), func() { stays = h.join(a, b) })
	if got := h.points(stays); got != 2000 || h.text(`select count(*)::text from survey_response`) != "1" {
		t.Errorf("%d points of one member for one survey", got)
	}
	h.books()
}

// TestRewardWaitsForRegistration: who is not registered gets it when they are, and
// once.
func TestRewardWaitsForRegistration(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet(chat.Telegram, "anna")
	h.begin(who, who.Member)
	if got := h.finish(who, noon, "5"); got != survey.Held || h.points(who.Member) != 0 {
		t.Errorf("finished: %d, %d points", got, h.points(who.Member))
	}
	h.register(who)
	h.register(who)
	if got := h.points(who.Member); got != 2000 {
		t.Errorf("%d points", got)
	}
	h.books()
}

// TestJoinedMembersHaveOneResponse: whoever answered twice as two people keeps the
// response completed first, and one reward, whichever of the two stays.
func TestJoinedMembersHaveOneResponse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                        string
		first, second               bool // whether each has completed it
		firstAt, secondAt           time.Time
		registerFirst, registerLast bool
		want                        string
		points                      int64
	}{
		{"both, the first earlier", true, true, noon, noon.Add(time.Hour), true, true, "last=1", 2000},
		{"both, the second earlier", true, true, noon.Add(time.Hour), noon, true, true, "last=2", 2000},
		{"one has not finished", false, true, noon, noon.Add(time.Hour), true, true, "last=2", 2000},
		{"one is registered", true, true, noon, noon.Add(time.Hour), false, true, "last=1", 2000},
		{"nobody is registered", true, true, noon, noon.Add(time.Hour), false, false, "last=1", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			a, b := h.meet(chat.Telegram, "a"), h.meet(chat.Webchat, "b")
			for who, register := range map[member.Subject]bool{a: tt.registerFirst, b: tt.registerLast} {
				h.begin(who, who.Member)
				if register {
					h.register(who)
				}
			}
			if tt.first {
				h.finish(a, tt.firstAt, "1")
			} else {
				h.says(a, "last", "1")
			}
			if tt.second {
				h.finish(b, tt.secondAt, "2")
			}
			stays := h.join(a, b)
			if got := h.text(kept); got != tt.want || h.points(stays) != tt.points {
				t.Errorf("kept %s, %d points; want %s, %d", got, h.points(stays), tt.want, tt.points)
			}
			h.books()
		})
	}
}

// TestErasedMemberLeavesCounts: what was written goes, numbers and days with it, by
// whomever for the member and by the member for others; choices stay, nobody's.
func TestErasedMemberLeavesCounts(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, guest := h.meet(chat.Telegram, "anna"), h.meet(chat.Webchat, "guest")
	h.begin(anna, anna.Member)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.answer(ctx, tx, noon,
			survey.Answer{Subject: anna.ID, Survey: "tea", Question: "why", Written: survey.WrittenAnswer(anna.Key, "tea", "why", "вкусно")},
			survey.Answer{Subject: anna.ID, Survey: "tea", Question: "often", Given: []string{"daily"}},
			survey.Answer{Subject: anna.ID, Survey: "tea", Question: "born", Given: []string{"1990-01-01"}, Figure: true},
			survey.Answer{Subject: guest.ID, Behalf: anna.Member, Survey: "tea", Question: "cups", Given: []string{"3"}, Figure: true},
			survey.Answer{Subject: guest.ID, Behalf: anna.Member, Survey: "tea", Question: "who", Written: survey.WrittenAnswer(guest.Key, "tea", "who", "сосед")})
	})
	h.begin(guest, guest.Member)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := h.FinishTx(ctx, tx, survey.Finish{Survey: "tea", Member: guest.Member, Subject: anna.ID, At: noon}); err != nil {
			return err
		}
		return h.answer(ctx, tx, noon, survey.Answer{Subject: anna.ID, Behalf: guest.Member, Survey: "tea", Question: "year", Given: []string{"1990"}, Figure: true})
	})
	const written = `select string_agg(question || case when written is null then '' else '*' end || array_to_string(given, '+'), ' ' order by question) from survey_answer`
	if got := h.text(written); got != "born1990-01-01 cups3 oftendaily who* why* year1990" {
		t.Fatalf("kept: %s", got)
	}
	link := h.Sign("tea", anna.Member, noon.Add(time.Hour))
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	h.must(h.people.Erase(t.Context(), list, anna.Member, func(context.Context, storage.Tx) error { return nil }))
	if got := h.text(written); got != "born cups oftendaily who why year" {
		t.Errorf("kept after: %s", got)
	}
	if got := h.text(`select concat_ws(' ', (select count(subject_id) from survey_answer), (select count(completed_by) from survey_response),
		(select string_agg(member_id::text, '+') from survey_response) = $1::bigint::text)`, guest.Member); got != "0 0 t" {
		t.Errorf("answers lead to whoever was erased: %s", got)
	}
	var exported []survey.Response
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.Export(ctx, tx, "tea", func(r survey.Response) error {
			exported = append(exported, r)
			return nil
		})
	})
	if len(exported) != 2 || len(exported[0].Given) != 5 || exported[0].Given["often"] != "daily" || exported[0].Member != 0 {
		t.Errorf("exported: %+v", exported)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := h.MeantTx(ctx, tx, noon, "tea", link); !errors.Is(err, survey.ErrLink) {
			t.Errorf("the link of one who was erased: %v", err)
		}
		return nil
	})
}

// TestLinks: a link is good for its survey, its member and its time, and any
// character of it counts.
func TestLinks(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, other := h.meet(chat.Telegram, "anna"), h.meet(chat.Webchat, "other")
	h.register(anna)
	link := h.Sign("tea", other.Member, noon.Add(90*time.Minute))
	meant := func(at time.Time, survey, link string) (id int64) {
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			id, _ = h.MeantTx(ctx, tx, at, survey, link)
			return nil
		})
		return id
	}
	if got := meant(noon, "tea", link); got != other.Member {
		t.Errorf("meant is %d", got)
	}
	stays := h.join(anna, other)
	if got := meant(noon, "tea", link); got != stays || stays == other.Member {
		t.Errorf("joined, meant is %d", got)
	}
	for name, got := range map[string]int64{
		"another survey": meant(noon, "coffee", link), "too late": meant(noon.Add(2*time.Hour), "tea", link), "empty": meant(noon, "tea", ""),
		"another member": meant(noon, "tea", strings.Replace(link, "2_", "1_", 1)),
	} {
		if got != 0 {
			t.Errorf("%s: meant is %d", name, got)
		}
	}
	for i := range link {
		if forged := link[:i] + "~" + link[i+1:]; meant(noon, "tea", forged) != 0 {
			t.Errorf("forged at %d: %s", i, forged)
		}
	}
	if got := len(h.Sign("tea", math.MaxInt64, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))); got > 43 {
		t.Errorf("a link of %d bytes", got)
	}
}

// TestGuestLearnsNothing: who comes by a member's link is told of their own
// answers alone.
func TestGuestLearnsNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, guest := h.meet(chat.Telegram, "anna"), h.meet(chat.Webchat, "guest")
	h.begin(anna, anna.Member)
	h.says(anna, "often", "daily")
	if begun := h.begin(guest, anna.Member); len(begun.Answers) != 0 {
		t.Errorf("a guest is told %v", begun.Answers)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.answer(ctx, tx, noon, survey.Answer{Subject: guest.ID, Behalf: anna.Member, Survey: "tea", Question: "often", Given: []string{"never"}})
	})
	if begun := h.begin(guest, anna.Member); !cmp.Equal(begun.Answers, map[string][]string{"often": {"never"}}) {
		t.Errorf("of their own: %v", begun.Answers)
	}
	if got := h.text(`select count(*)::text from survey_response`); got != "1" {
		t.Errorf("%s responses", got)
	}
}
