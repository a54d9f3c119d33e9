package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestStaffUndoAMerge: two chats with points are joined by staff and parted again; each
// sees its own balance, and what was spent meanwhile stays the survivor's.
func TestStaffUndoAMerge(t *testing.T) {
	r := startRehearsal(t)
	for channel, points := range map[string]int{"telegram": 5000, "webchat": 7000} {
		r.register(t, channel, "undo")
		r.api(t, "POST", fmt.Sprintf("members/%d/topups", r.member(t, channel, "undo").ID), fmt.Sprintf(`{"amount": %d, "reason": "пополнение"}`, points))
	}
	from, into := r.member(t, "telegram", "undo").ID, r.member(t, "webchat", "undo").ID
	var made struct{ Merge int64 }
	body := fmt.Sprintf(`{"into": %d, "reason": "показал оба телефона"}`, into)
	if err := json.Unmarshal([]byte(r.api(t, "POST", fmt.Sprintf("members/%d/merge", from), body)), &made); err != nil {
		t.Fatal(err)
	}
	if who := r.member(t, "telegram", "undo"); who.ID != into || who.points() != 12000 {
		t.Fatalf("joined: member %d with %d, want %d with 12000", who.ID, who.points(), into)
	}
	if status, answer := r.staff(t, "POST", fmt.Sprintf("members/%d/merge", from), "again", body); status != http.StatusConflict || !strings.Contains(answer, "merged") {
		t.Errorf("joined again: %d %s", status, answer)
	}
	undo := fmt.Sprintf("merges/%d/undo", made.Merge)
	if answer := r.api(t, "POST", undo, `{"reason": "это его сын"}`); !strings.Contains(answer, `"bonus":5000`) {
		t.Errorf("undone: %s", answer)
	}
	for channel, points := range map[string]int64{"telegram": 5000, "webchat": 7000} {
		if who := r.member(t, channel, "undo"); who.points() != points {
			t.Errorf("%s has %d, want %d", channel, who.points(), points)
		}
		if heard := r.do(t, channel, "undo", fields{"text": "баланс"}); !strings.Contains(heard, fmt.Sprint(points/100)) {
			t.Errorf("%s hears %q", channel, heard)
		}
	}
	if status, answer := r.staff(t, "POST", undo, "again", `{"reason": "ещё раз"}`); status != http.StatusConflict || !strings.Contains(answer, "undone") {
		t.Errorf("undone again: %d %s", status, answer)
	}
	r.booksRight(t)
}
