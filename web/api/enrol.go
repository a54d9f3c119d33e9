package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"besedka/core/consent"
	"besedka/core/member"
	"besedka/storage"
)

// checkPaper looks whether what somebody signed is what the programme says today.
func (a *api) checkPaper(in submission) error {
	switch {
	case len(in.Consents) == 0:
		return nil
	case in.Phone == "":
		return invalid{"consents are of somebody not known yet: name them by phone"}
	case in.Consents[consent.PersonalData] == "":
		return invalid{"consents must hold personal_data: without it nobody is taken in"}
	}
	for kind, version := range in.Consents {
		d := a.Programme().Consents[string(kind)]
		if d == nil {
			return invalid{fmt.Sprintf("the programme has no document %q", kind)}
		}
		if version != d.Version {
			return invalid{fmt.Sprintf("%s: the version in force is %s; have that one signed", kind, d.Version)}
		}
	}
	return nil
}

// taker is whose the receipt becomes: the member named, or one made now of a number
// nobody had and what was signed. born tells which.
func (a *api) taker(ctx context.Context, tx storage.Tx, c call, named int64, in submission) (id int64, born bool, err error) {
	if named != 0 {
		id, err = a.Members.HoldToChangeTx(ctx, tx, named)
		return id, false, err
	}
	who, born, err := a.Members.EnrolTx(ctx, tx, c.now, in.Phone)
	if err != nil {
		return 0, false, err
	}
	if id, err = a.Members.HoldToChangeTx(ctx, tx, who.Member); err != nil || !born {
		return id, born, err
	}
	return id, born, signed(ctx, tx, c, who, in.Consents)
}

// signed records what a newcomer agreed to on paper, and who took it.
func signed(ctx context.Context, tx storage.Tx, c call, who member.Subject, consents map[consent.Kind]string) error {
	var given []consent.Given
	for kind, version := range consents {
		given = append(given, consent.Given{
			Subject: who.ID, Channel: member.Desk, Staff: c.by.ID, Kind: kind, Version: version, Granted: true, At: c.now,
		})
	}
	slices.SortFunc(given, func(a, b consent.Given) int { return cmp.Compare(a.Kind, b.Kind) })
	var b storage.Batch
	consent.Queue(&b, given)
	return b.Send(ctx, tx)
}
