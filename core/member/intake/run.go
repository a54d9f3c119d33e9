package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// run makes members of the next lines. What was found when they were looked at is asked again:
// somebody may have come by themselves since.
func (s *Service) run(ctx context.Context, tx storage.Tx, now time.Time, w intakeRow, key seal.Key) error {
	if err := s.Members.IdentitiesTx(ctx, tx); err != nil { // first: an erasure that is on its way empties lines
		return err
	}
	rows, err := storage.Collect[sealedRow](ctx, tx, qUndone, w.ID, w.Reached, runRows)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return s.finish(ctx, tx, now, w)
	}
	lines, err := s.lines(rows, s.Terms().reader(w.Columns, now), key)
	if err != nil {
		return err
	}
	f, err := s.facts(ctx, tx, now, lines, true)
	if err != nil {
		return err
	}
	f.judgeAll(lines)
	a := adding{Service: s, now: now, list: w, terms: s.Terms(), known: f.known}
	if err := a.do(ctx, tx, lines); err != nil {
		return err
	}
	return s.keep(ctx, tx, w.ID, lines, true)
}

// finish ends a run: what is left of the file goes with its key.
func (s *Service) finish(ctx context.Context, tx storage.Tx, now time.Time, w intakeRow) error {
	var b storage.Batch
	b.Exec(qUnseal, w.ID)
	b.Exec(qDone, w.ID, now, now.Add(Kept))
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	f, err := storage.One[figuresRow](ctx, tx, qFigures, w.ID)
	if err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Act: "members.import_done", Object: object(w.ID), Detail: map[string]any{"figures": f.Figures()}})
}

// adding is one batch of a run.
type adding struct {
	*Service
	now   time.Time
	list  intakeRow
	terms Terms
	known map[int64]member.Known
}

// do makes the new and fills in the known.
func (a adding) do(ctx context.Context, tx storage.Tx, lines []line) error {
	if err := a.admit(ctx, tx, lines); err != nil {
		return err
	}
	asked, err := consent.Asked(ctx, tx, a.members(lines))
	if err != nil {
		return err
	}
	var answers []member.Answer
	var given []consent.Given
	for _, l := range lines {
		if l.class != New && l.class != Known {
			continue
		}
		who := a.known[l.member]
		answers = append(answers, a.answers(l, who)...)
		more, err := a.given(l, who.Subject.ID, asked[l.member])
		if err != nil {
			return err
		}
		given = append(given, more...)
	}
	var b storage.Batch
	member.QueueAnswers(&b, a.now, answers)
	consent.Queue(&b, given)
	if b.Len() > 0 {
		if err := b.Send(ctx, tx); err != nil {
			return fmt.Errorf("write what people told: %w", err)
		}
	}
	return a.bind(ctx, tx, lines)
}

func (a adding) members(lines []line) (all []int64) {
	for _, l := range lines {
		if l.class == New || l.class == Known {
			all = append(all, l.member)
		}
	}
	return all
}

// admit makes members of those who are new.
func (a adding) admit(ctx context.Context, tx storage.Tx, lines []line) error {
	var numbers []string
	for _, l := range lines {
		if l.class == New {
			numbers = append(numbers, l.phone)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	born, err := a.Members.AdmitTx(ctx, tx, a.now, numbers)
	for i, l := range lines {
		if l.class == New && err == nil {
			who := born[l.phone]
			lines[i].member, a.known[who.Member] = who.Member, member.Known{Subject: who}
		}
	}
	return err
}

// answers are those to fields that nobody has answered.
func (a adding) answers(l line, who member.Known) (all []member.Answer) {
	for _, f := range a.terms.Fields {
		text := l.told[f.Name]
		if text == "" || who.Told[f.Name] {
			continue
		}
		answer := member.PlainAnswer(who.Subject.ID, f.Name, text)
		if f.Sealed {
			answer = member.SealedAnswer(who.Subject.ID, who.Subject.Key, f.Name, text)
		}
		if f.Telling {
			answer = answer.Telling()
		}
		all = append(all, answer)
	}
	return all
}

// given are the consents to documents about which a member has said no word: whoever took
// theirs back has not given it by a list.
func (a adding) given(l line, subject int64, asked []consent.Kind) (all []consent.Given, err error) {
	on := l.agreed
	if on == "" {
		on = a.list.Basis.On
	}
	at, err := time.ParseInLocation(time.DateOnly, on, a.terms.Zone)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", l.number, errors.Join(ErrBasis, err))
	}
	for _, kind := range a.list.Basis.Documents {
		if slices.Contains(asked, kind) {
			continue
		}
		version := a.list.Basis.Versions[kind]
		if a.list.Basis.Earlier {
			version = object(a.list.ID)
		}
		all = append(all, consent.Given{Subject: subject, Channel: member.Desk, Staff: a.list.ranBy(), Intake: a.list.ID, Kind: kind, Version: version, Granted: true, At: at})
	}
	return all, nil
}

// bind gives members the cards they carry, unless they have others.
func (a adding) bind(ctx context.Context, tx storage.Tx, lines []line) error {
	for _, l := range lines {
		if l.card == "" || l.class != New && l.class != Known {
			continue
		}
		if _, err := card.BindTx(ctx, tx, a.now, l.member, l.card, l.cardType); err != nil {
			return err
		}
	}
	return nil
}
