package member_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// hit is one member as a search told of them.
type hit struct {
	Member int64
	By     member.By
	Name   string
}

func (h *house) search(text string) (hits []hit, more bool) {
	h.Helper()
	found, more, err := h.Search(h.Context(), text, []string{"name"}, nil)
	if err != nil {
		h.Fatal(err)
	}
	for _, f := range found {
		hits = append(hits, hit{f.ID, f.By, f.Name})
	}
	return hits, more
}

func (h *house) finds(text string, want ...hit) {
	h.Helper()
	got, _ := h.search(text)
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("search %q (-want +got):\n%s", text, diff)
	}
}

// TestSearch: by all that staff are told of a member, the surest first; what a name or a
// number is stands nowhere, and whoever is erased or joined is found no more.
func TestSearch(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, ivan := h.subject(chat.Telegram, "1"), h.subject(chat.Telegram, "2")
	h.tells(anna, "Алёна Ёлкина-Петрова", "1990-05-12")
	h.tells(ivan, "Иван <img src=x>", "1991-05-12")
	h.look()
	h.verify(anna, "+79161234567")
	h.claim(ivan, "+79161234567")
	h.exec(`insert into card (number, type, member_id, at, changed_at) values ('2900000000018', 'plain', $1, $2, $2)`, anna.Member, now)
	for i, state := range []string{"rejected", "credited"} {
		h.exec(`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('7380440800512345', 4821, 2719364810, 1, $1::timestamptz at time zone 'UTC', 'UTC', $1, 128450, $2, $3, $1, $1)`, now, []int64{ivan.Member, anna.Member}[i], state)
	}
	a, i := hit{Member: anna.Member, Name: "А••• Ё••• П•••"}, hit{Member: ivan.Member, Name: "И••• i••• s••• x•••"}
	by := func(k hit, by member.By) hit { k.By = by; return k }
	h.finds("8 (916) 123-45-67", by(a, member.ByPhone), by(i, member.ByClaim))
	h.finds("2900 0000 0001 8", by(a, member.ByCard))
	h.finds("t=20261122T1400&s=1284.50&fn=7380440800512345&i=4821&fp=2719364810&n=1", by(a, member.ByReceipt), by(i, member.ByReceipt))
	h.finds("7380440800512345/4821/2719364810", by(a, member.ByReceipt), by(i, member.ByReceipt))
	h.exec(`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
		select id, '', '', 'accepted', case state when 'credited' then 'lavka' else 'yarus' end, 's', '', '', '', '', '', $1 from receipt`, now)
	if found, _, err := h.Search(t.Context(), "7380440800512345/4821/2719364810", nil, []string{"yarus"}); err != nil || len(found) != 1 || found[0].ID != ivan.Member {
		t.Errorf("who works for one partner finds by another's receipt: %+v, %v", found, err)
	}
	h.finds("елк ал", by(a, member.ByName))
	h.finds("ELKINA", by(a, member.ByName))
	h.finds("Алёна Иванова")
	h.finds("ё")
	h.finds("№ 2", by(i, member.ByNumber))
	h.finds("' or 1=1 --")
	h.finds("")
	h.finds("\x00\xff%_")
	h.forget(anna.Member)
	h.finds("елк ал")
	h.finds("8 (916) 123-45-67", by(i, member.ByClaim))
	if n := h.count(`select count(*) from member_name where member_id = $1`, anna.Member); n != 0 {
		t.Error("marks of the erased stay")
	}
}

func (h *house) forget(id int64) {
	h.Helper()
	list := seal.ErasuresBeside(filepath.Join(h.TempDir(), "master.key"))
	if err := h.Erase(h.Context(), list, id, func(context.Context, storage.Tx) error { return nil }); err != nil {
		h.Error(err)
	}
}

// TestSearchIsBounded: of many who begin alike some are shown, and that there are more.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range member.SearchRows + 1 {
		h.tells(h.subject(chat.Telegram, string(rune('a'+i))), "Анна", "1990-05-12")
	}
	h.look()
	hits, more := h.search("ан")
	if len(hits) != member.SearchRows || !more {
		t.Errorf("%d found, more %v", len(hits), more)
	}
}

// TestMergedIsFoundOnce under the name of who stays.
func TestMergedIsFoundOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	one, two := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	h.tells(one, "Анна", "1990-05-12")
	h.tells(two, "Анна", "1990-05-12")
	h.look()
	h.verify(one, "+79161234567")
	h.verify(two, "+79161234567")
	h.look()
	h.finds("Анна", hit{one.Member, member.ByName, "А•••"})
	h.finds("#2", hit{one.Member, member.ByNumber, "А•••"})
}
