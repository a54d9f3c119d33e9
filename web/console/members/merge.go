package members

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// joining is what the page of a merge shows: who goes and who stays, side by side.
type joining struct {
	From, Into person
	Sought     string // who was not found
}

// showMerge asks with whom a member is to be joined, and shows both before anything is done.
func (p *pages) showMerge(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	j := joining{}
	if j.From, err = p.person(v, m, nil); err != nil {
		return err
	}
	sought := strings.TrimSpace(v.R.URL.Query().Get("with"))
	other, err := strconv.ParseInt(strings.TrimPrefix(sought, "№"), 10, 64)
	if err == nil {
		var with member.Member
		if with, err = p.Members.Get(v.R.Context(), other); err == nil && with.ID != m.ID {
			j.Into, err = p.person(v, with, nil)
		}
	}
	if sought != "" && (err != nil || j.Into.ID == 0) {
		j.Sought = sought
	}
	if err := p.note(v, "members.compare", object(m.ID), map[string]any{"with": j.Into.ID}); err != nil {
		return err
	}
	return v.Show(mergePage(v.View, j))
}

// merge makes the member of the page part of another.
func (p *pages) merge(ctx context.Context, tx storage.Tx, a asked) error {
	into, err := strconv.ParseInt(a.R.PostForm.Get("into"), 10, 64)
	if err != nil || into == a.id {
		return errChoice
	}
	reason, err := reasonOf(a.Visit)
	if err != nil {
		return err
	}
	merge, err := p.Members.MergeIntoTx(ctx, tx, a.Now, a.id, into, "staff")
	if err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, a.Now, staff.Act{
		Staff: a.By.ID, Act: "members.merge", Object: fmt.Sprintf("merge/%d", merge), Detail: map[string]any{"from": a.id, "into": into, "reason": reason},
	})
}

// unmerge makes two of one again, with the points that came over.
func (p *pages) unmerge(ctx context.Context, tx storage.Tx, a asked) error {
	id, err := strconv.ParseInt(a.R.PostForm.Get("merge"), 10, 64)
	if err != nil {
		return errChoice
	}
	reason, err := reasonOf(a.Visit)
	if err != nil {
		return err
	}
	parted, err := p.Members.UnmergeTx(ctx, tx, a.Now, id, a.By.ID)
	if err != nil {
		return err
	}
	back, err := ledger.UnmergeTx(ctx, tx, ledger.Unmerge{From: parted.From, Into: parted.Into, Lots: parted.Lots, Holds: parted.Holds, At: a.Now})
	if err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, a.Now, staff.Act{
		Staff: a.By.ID, Act: "members.unmerge", Object: fmt.Sprintf("merge/%d", id),
		Detail: map[string]any{"from": parted.From, "into": parted.Into, "points": back, "reason": reason},
	})
}

// pairRows is how many pairs a page shows.
const pairRows = 50

// pair is two who may be one, each as a search would show them.
type pair struct {
	member.Pair
	Sides [2]person
}

// twins is what the page of the queue shows.
type twins struct {
	Pairs   []pair
	Next    int64
	Trouble string
}

func (p *pages) showPairs(v *console.Visit) error {
	t, err := p.twins(v)
	if err != nil {
		return err
	}
	return v.Show(pairsPage(v.View, t))
}

func (p *pages) twins(v *console.Visit) (t twins, err error) {
	after, err := strconv.ParseInt("0"+v.R.URL.Query().Get("after"), 10, 64)
	if err != nil {
		return t, errors.Join(console.Refusal{Status: 400, Key: "bad_form"}, err)
	}
	rows, err := p.Members.Pairs(v.R.Context(), after, pairRows)
	if err != nil {
		return t, err
	}
	for _, r := range rows {
		one := pair{Pair: r}
		for i, id := range []int64{r.One, r.Other} {
			if one.Sides[i], err = p.brief(v.R.Context(), v, id); err != nil {
				return t, err
			}
		}
		t.Pairs = append(t.Pairs, one)
	}
	if len(rows) == pairRows {
		t.Next = rows[pairRows-1].ID
	}
	return t, nil
}

// brief is of a member what tells one from another.
func (p *pages) brief(ctx context.Context, v *console.Visit, id int64) (one person, err error) {
	if one.Member, err = p.Members.Get(ctx, id); err != nil {
		return one, err
	}
	one.Programme = p.Programme()
	one.Name, err = p.Members.NameOf(ctx, id, one.Programme.Profile.Names())
	if err == nil {
		one.Held, err = p.held(ctx, v, id)
	}
	return one, err
}

// settle keeps what somebody says of a pair: one person, or two.
func (p *pages) settle(v *console.Visit) error {
	err := v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		return home + "/pairs?done=members-pair", p.settled(ctx, tx, v)
	})
	trouble := troubleOf(err)
	if trouble == "" {
		return err
	}
	t, readErr := p.twins(v)
	if readErr != nil {
		return readErr
	}
	t.Trouble = trouble
	return v.ShowAgain(pairsPage(v.View, t))
}

func (p *pages) settled(ctx context.Context, tx storage.Tx, v *console.Visit) error {
	id, err := strconv.ParseInt(v.R.PostForm.Get("pair"), 10, 64)
	if err != nil {
		return errChoice
	}
	verdict := member.Verdict(v.R.PostForm.Get("verdict"))
	if verdict != member.VerdictJoined && verdict != member.VerdictDifferent {
		return errChoice
	}
	note, err := reasonOf(v)
	if err != nil {
		return err
	}
	two, err := p.Members.SettleTx(ctx, tx, v.Now, id, v.By.ID, verdict)
	if err != nil {
		return err
	}
	members := []int64{two.One, two.Other}
	if verdict == member.VerdictJoined {
		into, err := p.Members.MergeTx(ctx, tx, v.Now, two.One, two.Other, "staff")
		if err != nil {
			return err
		}
		members = []int64{into}
	}
	return staff.AuditTx(ctx, tx, v.Now, staff.Act{
		Staff: v.By.ID, Act: "members." + string(verdict), Object: fmt.Sprintf("pair/%d", id),
		Detail: map[string]any{"one": two.One, "other": two.Other, "reason": two.Reason, "members": members, "note": note},
	})
}
