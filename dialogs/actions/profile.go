package actions

import (
	"context"
	"errors"

	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/survey"
	"besedka/dialogs"
	"besedka/storage"
)

// Profile ends the questionnaire, keeps phones, and lets go of who asks for it.
type Profile struct {
	Members  *member.Service
	Surveys  *survey.Service
	Erasures seal.Erasures // the list beside the master key
}

// Add puts the profile's calls into s.
func (p Profile) Add(s Set) {
	s["profile.register"] = Shared(p.register)
	s["profile.phone"], s["profile.vouched"] = Action{Do: p.phone}, Action{Do: p.vouched}
	s["profile.unsubscribe"], s["profile.subscribe"] = Shared(p.unsubscribe), Shared(p.subscribe)
	s["profile.erase"], s["profile.keep"] = Action{Do: p.erase}, Action{Do: p.keep}
}

// register makes the member a participant as of the first upload, and lets the
// receipts and rewards that waited for it be credited.
func (p Profile) register(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	if _, err := p.Members.RegisterTx(ctx, tx, c.Now, c.Who.Member); err != nil {
		return dialogs.CallResult{}, err
	}
	if err := p.Surveys.RewardTx(ctx, tx, c.Now, c.Who.Member); err != nil {
		return dialogs.CallResult{}, err
	}
	return plain("done"), receipt.WakeTx(ctx, tx, c.Now, c.Who.Member)
}

// phone keeps a typed number as a claim and a proven one as the member's; a
// number that proves both chats to be one person's joins them.
func (p Profile) phone(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	number := c.Args["phone"].Text()
	if !c.Args["own"].Bool() {
		return phoneResult("claimed", p.Members.ClaimPhoneTx(ctx, tx, c.Now, c.Who, number))
	}
	return p.prove(ctx, tx, c, number)
}

func (p Profile) prove(ctx context.Context, tx storage.Tx, c Call, number string) (dialogs.CallResult, error) {
	owner, err := p.Members.VerifyPhoneTx(ctx, tx, c.Now, c.Who, number)
	if owner.Joined {
		return phoneResult("joined", err)
	}
	return phoneResult("verified", err)
}

// vouched keeps the number that the messenger vouches for in the very message in which
// the person says that it may be kept.
func (p Profile) vouched(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	number := ""
	if in := c.Input.Chat; in != nil {
		number = in.Phone
	}
	if _, err := member.E164(number); err != nil {
		return plain("none"), nil
	}
	return p.prove(ctx, tx, c, number)
}

func phoneResult(outcome string, err error) (dialogs.CallResult, error) {
	if errors.Is(err, member.ErrNotAPhone) {
		return plain("invalid"), nil
	}
	return plain(outcome), err
}

// unsubscribe takes the consent to advertising back, and keeps the word that nothing is
// to be written unasked, reminders of points included: who says so is not asked again.
func (p Profile) unsubscribe(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	gone, err := consent.RefuseTx(ctx, tx, c.Now, c.Who.ID, consent.Advertising)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	reminded, err := consent.SilenceTx(ctx, tx, c.Now, c.Who.Member)
	switch {
	case gone:
		return plain("done"), err
	case reminded:
		return plain("quiet"), err
	}
	return plain("none"), err
}

// subscribe lets the bot remind of points again in chats. Advertising needs a consent,
// which is asked for apart.
func (p Profile) subscribe(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	back, err := consent.SpeakTx(ctx, tx, c.Now, c.Who.Member)
	if !back {
		return plain("same"), err
	}
	return plain("on"), err
}

// erase promises that the member will be forgotten, see member.Grace.
func (p Profile) erase(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	return plain("done"), p.Members.AskErasureTx(ctx, tx, c.Now, c.Who.ID)
}

// keep takes that promise back, if it has not been kept.
func (p Profile) keep(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	kept, err := p.Members.KeepTx(ctx, tx, p.Erasures, c.Who.Member)
	return plain(string(kept)), err
}
