package intake

import (
	"context"
	"maps"
	"slices"
	"time"

	"besedka/core/card"
	"besedka/core/member"
	"besedka/storage"
)

// verdict is what a line was found to be.
type verdict struct {
	class  Class
	cause  Cause
	col    int
	other  int // the line above
	member int64
}

// line is one as it is worked on.
type line struct {
	number int
	person
	verdict
}

// facts are what is known about the people of some lines.
type facts struct {
	holders map[string]int64
	cards   map[string]card.Card
	known   map[int64]member.Known
	alike   map[int]int64 // namesakes, by line

	phones, numbers map[string]int // lines above, by phone and by card
	members         map[int64]int
}

// facts finds out about lines that are not refused. Holding, it keeps the members it found
// until tx ends.
func (s *Service) facts(ctx context.Context, tx storage.Tx, now time.Time, lines []line, hold bool) (f facts, err error) {
	f = facts{alike: map[int]int64{}, phones: map[string]int{}, numbers: map[string]int{}, members: map[int64]int{}}
	var phones, numbers []string
	for _, l := range lines {
		if l.class == "" && l.phone != "" {
			phones = append(phones, l.phone)
		}
		if l.class == "" && l.card != "" {
			numbers = append(numbers, l.card)
		}
	}
	if f.holders, err = s.Members.Holders(ctx, tx, phones); err != nil {
		return f, err
	}
	if f.cards, err = card.FindAll(ctx, tx, numbers); err != nil {
		return f, err
	}
	found := f.found()
	if hold {
		f.known, err = s.Members.HoldKnownTx(ctx, tx, now, found)
	} else {
		f.known, err = s.Members.Known(ctx, tx, now, found)
	}
	return f, err
}

// found are the members who hold a phone or a card.
func (f facts) found() []int64 {
	all := map[int64]bool{}
	for _, m := range f.holders {
		all[m] = true
	}
	for _, c := range f.cards {
		all[c.Member] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// judge says what a line is. Its order is that of how sure it is.
func (f facts) judge(l line) verdict {
	holder, owner := f.holders[l.phone], f.cards[l.card].Member
	id := max(holder, owner)
	switch {
	case l.phone != "" && f.phones[l.phone] != 0:
		return verdict{class: Doubtful, cause: TwicePhone, other: f.phones[l.phone]}
	case l.card != "" && f.numbers[l.card] != 0:
		return verdict{class: Doubtful, cause: TwiceCard, other: f.numbers[l.card]}
	case holder != 0 && owner != 0 && holder != owner:
		return verdict{class: Doubtful, cause: TwoMembers, member: holder}
	case id == 0 && l.phone == "":
		return verdict{class: Refused, cause: Unknown}
	case id == 0 && f.alike[l.number] != 0:
		return verdict{class: Doubtful, cause: Namesake, member: f.alike[l.number]}
	case id == 0:
		return verdict{class: New}
	}
	return f.recognised(l, id, holder == 0)
}

// recognised says whether a line of somebody known says nothing that is in doubt.
func (f facts) recognised(l line, id int64, byCard bool) verdict {
	is, alive := f.known[id]
	switch {
	case !alive:
		return verdict{class: Doubtful, cause: Erased, member: id}
	case byCard && l.phone != "":
		return verdict{class: Doubtful, cause: OtherPhone, member: id}
	case f.members[id] != 0:
		return verdict{class: Doubtful, cause: TwiceMember, other: f.members[id], member: id}
	case !byCard && is.Idle:
		return verdict{class: Doubtful, cause: Idle, member: id}
	}
	return verdict{class: Known, member: id}
}

// see keeps a line for those below it.
func (f facts) see(l line) {
	if l.class == Refused {
		return
	}
	if l.phone != "" && f.phones[l.phone] == 0 {
		f.phones[l.phone] = l.number
	}
	if l.card != "" && f.numbers[l.card] == 0 {
		f.numbers[l.card] = l.number
	}
	if l.member != 0 && f.members[l.member] == 0 {
		f.members[l.member] = l.number
	}
}

// judgeAll judges the lines that are not refused yet, each by those above it, too.
func (f facts) judgeAll(lines []line) {
	for i, l := range lines {
		if l.class == "" {
			lines[i].verdict = f.judge(l)
		}
		f.see(lines[i])
	}
}
