package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"besedka/core/receipt"
	"besedka/core/review"
)

// TestScenarioReview: the tax service is down for two days and a receipt comes to a person.
// They ask for another photo, the shopper sends one without a code and is thanked, the task
// comes back with it; refused for what a shopper can mend, the receipt is sent again, and a
// person approves that one.
func TestScenarioReview(t *testing.T) {
	r := startRehearsal(t)
	r.register(t, "telegram", "6161")
	r.noon(t)
	qr := r.receipt(t, 100_000, nil)
	r.must(t, "POST", "fiscal/faults", fields{"kind": "down", "for": "96h"}, &struct{}{})
	r.do(t, "telegram", "6161", fields{"photo": fields{"qr": qr}})
	r.advance(t, 25*time.Hour)
	r.noon(t)
	member := r.member(t, "telegram", "6161")
	task := r.reviews(t, review.Receipt, member.ID)[0].ID
	var next struct{ Taken struct{ Task, Fence int64 } }
	r.decide(t, "POST", "reviews/next", fields{"kinds": []string{"receipt"}}, &next)
	if next.Taken.Task != task || next.Taken.Fence != 1 {
		t.Fatalf("taken %+v, waits %d", next.Taken, task)
	}
	fence := fields{"fence": next.Taken.Fence}
	r.decide(t, "POST", fmt.Sprintf("reviews/%d/photo", task), fence, &struct{}{})
	r.advance(t, time.Minute)
	if _, said, _ := strings.Cut(r.heard(t, "telegram", "6161"), "1 000 ₽"); !strings.Contains(said, "фото") && !strings.Contains(said, "Снимите") {
		t.Errorf("who is asked for a photo hears %q", r.heard(t, "telegram", "6161"))
	}
	var none struct{ Taken *struct{ Task int64 } }
	if r.decide(t, "POST", "reviews/next", fields{}, &none); none.Taken != nil {
		t.Errorf("what waits for its shopper is given out: %+v", none.Taken)
	}
	var paper bytes.Buffer
	if err := png.Encode(&paper, image.NewGray(image.Rect(0, 0, 300, 400))); err != nil {
		t.Fatal(err)
	}
	if said := r.do(t, "telegram", "6161", fields{"photo": fields{"base64": paper.Bytes()}}); !strings.Contains(said, "сотрудник") {
		t.Errorf("who sends the photo hears %q", said)
	}
	var whole struct{ Claims []receipt.Claim }
	r.decide(t, "GET", fmt.Sprintf("reviews/%d", task), nil, &whole)
	if len(whole.Claims) != 2 || whole.Claims[1].Photo == "" || whole.Claims[1].QR != "" {
		t.Errorf("the claims: %+v", whole.Claims)
	}
	r.decide(t, "POST", "reviews/next", fields{"kinds": []string{"receipt", "fraud"}}, &next) // another request than the one before
	var judged receipt.Judged
	r.decide(t, "POST", fmt.Sprintf("reviews/%d/decision", next.Taken.Task), fields{"approve": false, "cause": "unreadable", "fence": next.Taken.Fence}, &judged)
	r.advance(t, time.Minute)
	if said := r.heard(t, "telegram", "6161"); judged.State != receipt.Rejected || !strings.Contains(said, "не удалось прочитать") {
		t.Errorf("refused: %+v, heard %q", judged, said)
	}
	r.do(t, "telegram", "6161", fields{"photo": fields{"qr": qr}})
	r.advance(t, 25*time.Hour)
	again := r.reviews(t, review.Receipt, member.ID)[0].ID
	r.decide(t, "POST", fmt.Sprintf("reviews/%d/decision", again), fields{"approve": true, "cause": "paper_seen"}, &judged)
	r.advance(t, time.Minute)
	if got := r.member(t, "telegram", "6161").points() - member.points(); got != 3000 {
		t.Errorf("approved, it brings %d, want 3000", got)
	}
	r.booksRight(t)
}
