package member_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

const (
	phone, otherPhone = "79990000077", "79990000078"
	bsuid, otherBSUID = "RU.1349", "RU.7777"
)

// named is who writes in WhatsApp under a peer and, if it is not "", an alias.
func (h *house) named(peer, alias string) (who member.Subject) {
	h.Helper()
	return h.namedIn(chat.WhatsApp, member.Name{Peer: peer, Alias: alias})
}

func (h *house) namedIn(channel chat.Channel, n member.Name) (who member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		var load storage.Batch
		p := h.Names(&load, channel, []member.Name{n})
		if err := load.Send(ctx, tx); err != nil {
			return err
		}
		found, err := p.SubjectsTx(ctx, tx, now)
		if err == nil {
			who = found[0]
		}
		return err
	})
	return who
}

func (h *house) rename(was, is string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.RenameTx(ctx, tx, now, chat.WhatsApp, member.Rename{Old: was, New: is})
	})
}

// address is the id that a subject is written to.
func (h *house) address(s member.Subject) string {
	h.Helper()
	sealed, err := storage.Value[[]byte](h.Context(), h.db, `select sealed_peer from subject where id = $1`, s.ID)
	if err != nil {
		h.Fatal(err)
	}
	peer, err := s.Key.Open("peer", sealed)
	if err != nil {
		h.Fatal(err)
	}
	return string(peer)
}

// TestOnePersonUnderManyNames: a phone, then the messenger's id beside it, the id
// alone, another phone beside it, that phone alone: one subject, written to where
// they wrote last.
func TestOnePersonUnderManyNames(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.named(phone, "")
	for _, n := range []member.Name{
		{Peer: bsuid, Alias: phone}, {Peer: bsuid}, {Peer: bsuid, Alias: otherPhone}, {Peer: otherPhone}, {Peer: phone}, {Peer: bsuid},
	} {
		if who := h.named(n.Peer, n.Alias); who.ID != first.ID || h.address(who) != n.Peer {
			t.Errorf("%+v is subject %d at %s, want %d", n, who.ID, h.address(who), first.ID)
		}
	}
	if found, err := h.Find(t.Context(), chat.WhatsApp, phone); err != nil || found.ID != first.ID {
		t.Errorf("found %d, %v by the first phone, want %d", found.ID, err, first.ID)
	}
	if n := h.count(`select count(*) from subject`); n != 1 {
		t.Errorf("%d subjects, want 1", n)
	}
}

// TestNumberBecomesLID: a linked device is told a number first and their LID later. It
// is one chat, written to under the LID.
func TestNumberBecomesLID(t *testing.T) {
	t.Parallel()
	h := open(t)
	const number, lid = "79990000077@s.whatsapp.net", "100079990000077@lid"
	first := h.namedIn(chat.Whatsmeow, member.Name{Peer: number})
	later := h.namedIn(chat.Whatsmeow, member.Name{Peer: lid, Alias: number})
	if later.ID != first.ID || h.address(later) != lid {
		t.Errorf("the LID is subject %d at %s, want %d", later.ID, h.address(later), first.ID)
	}
}

// TestNamesThatMeetLate: who was met under two names before the messenger told
// that they are one becomes one member, and goes on in one chat.
func TestNamesThatMeetLate(t *testing.T) {
	t.Parallel()
	h := open(t)
	byPhone, byID := h.named(phone, ""), h.named(bsuid, "")
	if byPhone.Member == byID.Member {
		t.Fatal("they are one before anybody knew")
	}
	for _, n := range []member.Name{{Peer: bsuid, Alias: phone}, {Peer: phone}, {Peer: bsuid, Alias: phone}} {
		if who := h.named(n.Peer, n.Alias); who.ID != byID.ID || who.Member != byPhone.Member {
			t.Errorf("%+v is subject %d of member %d, want %d of %d", n, who.ID, who.Member, byID.ID, byPhone.Member)
		}
	}
	if len(h.joins) != 1 {
		t.Errorf("joined %d times, want once", len(h.joins))
	}
}

// TestRecycledNumber: a number that was somebody's is given to another person, who
// is not them.
func TestRecycledNumber(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.named(bsuid, phone)
	second := h.named(otherBSUID, phone)
	if second.ID == first.ID || second.Member == first.Member {
		t.Fatal("who got the number became who had it")
	}
	if who := h.named(phone, ""); who.ID != second.ID {
		t.Errorf("the number is subject %d, want its new owner %d", who.ID, second.ID)
	}
	if who := h.named(bsuid, ""); who.ID != first.ID {
		t.Errorf("who had the number is subject %d, want %d", who.ID, first.ID)
	}
	if len(h.joins) != 0 {
		t.Error("two people became one")
	}
}

func TestRename(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.named(bsuid, phone)
	for range 2 {
		h.rename(bsuid, otherBSUID)
	}
	if who := h.named(otherBSUID, otherPhone); who.ID != first.ID || h.address(who) != otherBSUID {
		t.Errorf("under the new id subject %d at %s, want %d", who.ID, h.address(who), first.ID)
	}
	h.rename(otherBSUID, bsuid) // they took their old number back
	if h.address(first) != bsuid {
		t.Errorf("written to %s, want the id they have again", h.address(first))
	}
	early := h.named("RU.9", "")
	h.rename(bsuid, "RU.9")
	if who := h.named(bsuid, ""); who.ID != early.ID || who.Member != first.Member {
		t.Errorf("the old id is subject %d of member %d, want %d of %d", who.ID, who.Member, early.ID, first.Member)
	}
	h.rename("nobody", "RU.10")
	if n := h.count(`select count(*) from subject`); n != 2 {
		t.Errorf("%d subjects, want 2", n)
	}
}

// TestNamesInParallel: processes that meet many people at once, each under other
// names, make each of them once.
func TestNamesInParallel(t *testing.T) {
	t.Parallel()
	h := open(t)
	const processes, people = 8, 12
	var all sync.WaitGroup
	for p := range processes {
		all.Go(func() {
			for i := range people {
				i = (i*5 + p) % people
				phone := fmt.Sprintf("7999%07d", i)
				if p%2 == 0 {
					h.named(phone, "")
				} else {
					h.named(fmt.Sprintf("RU.%d", i), phone)
				}
			}
		})
	}
	all.Wait()
	for _, table := range []string{"subject", "member", "conversation", "lane"} {
		if n := h.count("select count(*) from " + table); n != people {
			t.Errorf("%d rows in %s, want %d", n, table, people)
		}
	}
}

// TestNameToldDuringAnErasure: a name that comes while its owner is being erased is not
// kept as theirs, and stops nobody from being met under it.
func TestNameToldDuringAnErasure(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.named(bsuid, phone)
	gone, commit, erased, met := make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan error, 1)
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	go func() {
		erased <- h.Erase(t.Context(), list, who.Member, func(context.Context, storage.Tx) error {
			close(gone)
			<-commit
			return nil
		})
	}()
	<-gone
	go func() {
		met <- h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			var load storage.Batch
			p := h.Names(&load, chat.WhatsApp, []member.Name{{Peer: bsuid, Alias: otherPhone}})
			if err := load.Send(ctx, tx); err != nil {
				return err
			}
			_, err := p.SubjectsTx(ctx, tx, now)
			return err
		})
	}()
	for h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) == 0 && len(met) == 0 {
	}
	close(commit)
	if err := <-erased; err != nil {
		t.Fatal(err)
	}
	if err := <-met; !errors.Is(err, storage.ErrMoved) {
		t.Errorf("who is erased meanwhile is met: %v", err)
	}
	if n := h.count(`select count(*) from subject_alias`); n != 0 {
		t.Errorf("%d names of who is erased", n)
	}
	if again := h.named(bsuid, otherPhone); again.ID == 0 || again.ID == who.ID || h.named(otherPhone, "").ID != again.ID {
		t.Errorf("who comes back is subject %d, was %d", again.ID, who.ID)
	}
}

// TestNamesAreForgotten: no id lies open in the table, and none outlives an erasure.
func TestNamesAreForgotten(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.named(bsuid, phone)
	rows, err := storage.Value[string](t.Context(), h.db, `select string_agg(a::text || encode(name_index, 'escape'), ' ') from subject_alias a`)
	if err != nil || rows == "" || strings.Contains(rows, phone) {
		t.Errorf("aliases: %q, %v", rows, err)
	}
	if err := h.Erase(t.Context(), seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key")), who.Member, nothing); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from subject_alias`); n != 0 {
		t.Errorf("%d aliases of who is erased", n)
	}
	if again := h.named(phone, ""); again.ID == who.ID {
		t.Error("who was erased is known by their phone")
	}
}
