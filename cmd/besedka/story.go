package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/verify"
	"besedka/storage"
	"besedka/web"
)

// story gathers what happened behind one web chat, for the demonstration.
func (a *app) story(ctx context.Context, peer string) (web.Story, error) {
	who, err := a.members.Find(ctx, chat.Webchat, peer)
	if errors.Is(err, storage.ErrNotFound) {
		return web.Story{Release: a.scripts.Current().ID}, nil
	}
	if err != nil {
		return web.Story{}, err
	}
	turns, err := a.door.Turns(ctx, who.Conversation, storyTurns)
	if err != nil {
		return web.Story{}, err
	}
	told, err := receipt.Stories(ctx, a.db, who.Member)
	if err != nil {
		return web.Story{}, err
	}
	balance, err := ledger.BalanceOf(ctx, a.db, a.now(), who.Member, ledger.Bonus)
	if err != nil {
		return web.Story{}, err
	}
	s := web.Story{Release: a.scripts.Current().ID, Balance: balance.Points}
	for _, t := range turns {
		s.Turns = append(s.Turns, web.Turn{N: t.Number, In: t.StepIn, Out: t.StepOut, At: t.At})
	}
	if len(turns) > 0 {
		s.Release = turns[0].Release
		s.Flow, s.Step, _ = strings.Cut(turns[0].StepOut, "/")
	}
	for _, r := range told {
		addReceipt(&s, r)
	}
	return s, nil
}

const storyTurns = 8

func addReceipt(s *web.Story, r receipt.Story) {
	shown := web.Receipt{ID: r.ID, Sum: r.Sum, State: string(r.State), Reason: string(r.Reason)}
	if r.DueAt != nil && r.State != receipt.Verified {
		shown.Due = *r.DueAt
	}
	s.Receipts = append(s.Receipts, shown)
	for _, c := range r.Attempts {
		s.Calls = append(s.Calls, web.Call{
			ID: c.ID, Receipt: c.Receipt, Method: c.Call, Code: firstOf(c.Code, string(c.Class)), Good: c.Class == verify.Verified, At: c.At,
		})
	}
	for _, p := range r.Postings {
		s.Postings = append(s.Postings, web.Posting{ID: p.ID, Account: p.Account, Amount: p.Amount, Key: p.Key, At: p.At})
	}
}

func (a *app) books(ctx context.Context) (web.BooksReport, error) {
	r, err := ledger.Check(ctx, a.db)
	report := web.BooksReport{Transactions: r.Transactions, Postings: r.Postings, Members: r.Accounts}
	for _, b := range r.Breaches {
		report.Wrong = append(report.Wrong, fmt.Sprintf("%s, %s: %d ≠ %d", b.Object, b.Rule, b.Got, b.Want))
	}
	return report, err
}
