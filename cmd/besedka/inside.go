package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
	"besedka/web"
)

// voucher is the messenger of a channel that vouches for people; nil for none.
func (a *app) voucher(of chat.Channel) bots.Voucher {
	for _, l := range a.listeners {
		if v, ok := l.(bots.Voucher); ok && l.Channel() == of {
			return v
		}
	}
	return nil
}

// enter is a session of the web chat of whom a messenger vouches for, of the same chat
// whenever they come. Who opens it shows control of both chats at once, so that both
// are one member's, as by a link that is opened and confirmed.
func (a *app) enter(ctx context.Context, of chat.Channel, data string) (session string, err error) {
	v := a.voucher(of)
	if v == nil {
		return "", fmt.Errorf("%w: channel %s", web.ErrStranger, of)
	}
	peer, err := v.Vouch(data)
	if errors.Is(err, bots.ErrNotVouched) {
		return "", fmt.Errorf("%w: %w", web.ErrStranger, err)
	}
	if err != nil {
		return "", err
	}
	web := hex.EncodeToString(a.keys.Index("inside", v.Account()+"/"+peer)[:16])
	if err := a.bind(ctx, of, peer, web); err != nil {
		return "", err
	}
	return a.visitors.Admit(web)
}

// bind makes the subject of a peer and that of the web chat beside it one member.
func (a *app) bind(ctx context.Context, of chat.Channel, peer, beside string) error {
	there, err := a.found(ctx, of, peer)
	if err != nil {
		return err
	}
	here, err := a.found(ctx, chat.Webchat, beside)
	if err != nil {
		return err
	}
	if here.ID != 0 && here.Member == there.Member {
		return a.members.BesideTx(ctx, a.db, here.ID, there.ID)
	}
	return a.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		there, err := a.members.SubjectsTx(ctx, tx, a.now(), of, []string{peer})
		if err != nil {
			return err
		}
		here, err := a.members.SubjectsTx(ctx, tx, a.now(), chat.Webchat, []string{beside})
		if err != nil {
			return err
		}
		if err := a.members.BesideTx(ctx, tx, here[0].ID, there[0].ID); err != nil {
			return err
		}
		_, err = a.members.MergeTx(ctx, tx, a.now(), there[0].Member, here[0].Member, "inside")
		return err
	})
}

// found is a subject; its zero value for one that there is not yet.
func (a *app) found(ctx context.Context, of chat.Channel, peer string) (member.Subject, error) {
	who, err := a.members.Find(ctx, of, peer)
	if errors.Is(err, storage.ErrNotFound) {
		err = nil
	}
	return who, err
}

// appPage is the page that messengers open inside themselves; "" unless it can be
// reached as they demand, over HTTPS.
func (a *app) appPage() string {
	if !strings.HasPrefix(a.baseURL, "https://") || a.voucher(chat.Telegram) == nil {
		return ""
	}
	return a.baseURL + "/app"
}
