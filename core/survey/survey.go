package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Begin is somebody who begins a survey, or comes back to it.
type Begin struct {
	Survey   string
	Member   int64 // whose response it is
	Behalf   bool  // somebody else may be answering, behind the member's link
	Subject  int64 // who answers
	Channel  string
	Segments []string // of the member
	At       time.Time
}

// Begun is what was answered before, by question: options, a number or a day;
// nothing of what was written or passed over.
type Begun struct {
	Done    bool
	Answers map[string][]string
}

type begunRow struct {
	Done     bool     `db:"done"`
	Question string   `db:"question"`
	Given    []string `db:"given"`
}

// BeginTx makes the response of a member, or tells what it holds. Who comes by a
// link is told of nobody's answers but their own.
func BeginTx(ctx context.Context, tx storage.Tx, b Begin) (Begun, error) {
	only := int64(0)
	if b.Behalf {
		only, b.Segments = b.Subject, nil
	}
	if b.Segments == nil {
		b.Segments = []string{}
	}
	rows, err := storage.Collect[begunRow](ctx, tx, qBegin, b.Survey, b.Member, b.Channel, b.Segments, b.At, only)
	if err != nil {
		return Begun{}, fmt.Errorf("begin survey %s: %w", b.Survey, err)
	}
	begun := Begun{Answers: map[string][]string{}}
	for _, r := range rows {
		begun.Done = r.Done
		if r.Question != "" {
			begun.Answers[r.Question] = r.Given
		}
	}
	return begun, nil
}

// Answer is one answer of a subject. Behalf is the member it was given for when
// that is another one, else 0. Given is plain; Written is sealed. With neither the
// question was passed over. A Figure, which is a number or a day, may be of
// somebody, and goes when they are erased. One that is Undone is as if it had never been given.
type Answer struct {
	Subject, Behalf  int64
	Survey, Question string
	Given            []string
	Written          []byte
	Figure           bool
	Undone           bool
}

// WrittenAnswer seals an answer in words under its subject's key.
func WrittenAnswer(key seal.Key, survey, question, text string) []byte {
	return key.Seal(writtenKind(survey, question), []byte(text))
}

// writtenKind binds an answer to its question: it opens as no other.
func writtenKind(survey, question string) string { return "survey/" + survey + "/" + question }

// QueueAnswers keeps answers of turns whose conversations the caller holds.
func QueueAnswers(b *storage.Batch, now time.Time, answers []Answer) {
	if len(answers) == 0 {
		return
	}
	n := len(answers)
	subjects, behalf, passed := make([]int64, n), make([]int64, n), make([]bool, n)
	undone, figures := make([]bool, n), make([]bool, n)
	surveys, questions, given, written := make([]string, n), make([]string, n), make([]string, n), make([][]byte, n)
	for i, a := range answers {
		subjects[i], behalf[i], surveys[i], questions[i] = a.Subject, a.Behalf, a.Survey, a.Question
		given[i], written[i] = strings.Join(a.Given, ","), a.Written // names, numbers and days have no comma
		passed[i] = len(a.Given) == 0 && a.Written == nil
		undone[i], figures[i] = a.Undone, a.Figure
	}
	b.Exec(qAnswer, subjects, behalf, surveys, questions, passed, given, written, now, undone, figures)
}

// Finish is who gave the last answer, and what the response earns.
type Finish struct {
	Survey          string
	Member, Subject int64
	At              time.Time
	Reward          Reward
}

// Outcome is what came of finishing a survey.
type Outcome int

// The outcomes.
const (
	Already  Outcome = iota // it was completed before, or never begun
	Thanks                  // there is no reward
	Rewarded                // it is on the member's account
	Held                    // it waits for the member's registration
)

// FinishTx completes a response, once, and grants its reward to a registered
// member; who is not gets it with RewardTx. It waits for whoever registers the
// member or joins them to another one, who then see all of it or nothing.
func (s *Service) FinishTx(ctx context.Context, tx storage.Tx, f Finish) (Outcome, error) {
	member, err := holdTx(ctx, tx, f.Member)
	if err != nil {
		return Already, fmt.Errorf("finish survey %s: %w", f.Survey, err)
	}
	registered, err := storage.Value[bool](ctx, tx, qComplete, f.Survey, member, f.At, f.Subject, f.Reward.Points, f.Reward.TTL, f.Reward.Why)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Already, nil
	case err != nil:
		return Already, fmt.Errorf("finish survey %s: %w", f.Survey, err)
	case f.Reward.Points == 0:
		return Thanks, nil
	case !registered:
		return Held, nil
	}
	return Rewarded, s.RewardTx(ctx, tx, f.At, member)
}

// holdTx says who a member is by now and keeps it so until tx ends. It takes the
// stronger lock of the two at once: the turn may change the member further down,
// and two turns that share one would each wait for the other.
func holdTx(ctx context.Context, tx storage.Tx, id int64) (int64, error) {
	for {
		current, err := storage.Value[int64](ctx, tx, qHold, id)
		if err != nil || current == id {
			return current, err
		}
		id = current
	}
}

// Next is the question to go on from: behind the last one, in their order, that
// was answered; "" behind them all.
func (b Begun) Next(questions []string) string {
	next := 0
	for i, q := range questions {
		if _, ok := b.Answers[q]; ok {
			next = i + 1
		}
	}
	return slices.Concat(questions, []string{""})[next]
}
