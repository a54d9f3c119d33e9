package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"besedka/core/chat"
)

// TestAnswerWakesThePage: an open page of the web chat is told of an answer, and
// finds it there, without looking by itself.
func TestAnswerWakesThePage(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	a := openApp(t)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	a.work(ctx, &all)
	wake, leave := a.watchers.watch("anna")
	defer leave()
	if err := a.web.Accept(ctx, "anna", "key-1", chat.Inbound{Text: "/start"}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-wake:
	case <-ctx.Done():
		t.Fatal("the page was not woken")
	}
	if lines, err := a.transcript(ctx, "anna", 0); err != nil || len(lines) < 2 {
		t.Errorf("the page reads %d lines, %v; want the answer too", len(lines), err)
	}
}
