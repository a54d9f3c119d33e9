//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"slices"
	"time"

	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// sessions keeps the ratchets of chats sealed. What is not there is empty, and stays so.
type sessions struct {
	store.SessionStore
	box Box
}

func (s sessions) GetSession(ctx context.Context, address string) ([]byte, error) {
	sealed, err := s.SessionStore.GetSession(ctx, address)
	if err != nil || sealed == nil {
		return nil, err
	}
	return s.box.Open(sessionKind, sealed)
}

func (s sessions) GetManySessions(ctx context.Context, addresses []string) (map[string][]byte, error) {
	all, err := s.SessionStore.GetManySessions(ctx, addresses)
	for address, sealed := range all {
		if err != nil {
			return nil, err
		}
		if sealed != nil {
			all[address], err = s.box.Open(sessionKind, sealed)
		}
	}
	return all, err
}

func (s sessions) PutSession(ctx context.Context, address string, session []byte) error {
	return s.SessionStore.PutSession(ctx, address, s.box.Seal(sessionKind, session))
}

func (s sessions) PutManySessions(ctx context.Context, all map[string][]byte) error {
	sealed := make(map[string][]byte, len(all))
	for address, session := range all {
		sealed[address] = s.box.Seal(sessionKind, session)
	}
	return s.SessionStore.PutManySessions(ctx, sealed)
}

// senderKeys keeps the ratchets of groups sealed.
type senderKeys struct {
	store.SenderKeyStore
	box Box
}

func (s senderKeys) PutSenderKey(ctx context.Context, group, user string, session []byte) error {
	return s.SenderKeyStore.PutSenderKey(ctx, group, user, s.box.Seal(groupKind, session))
}

func (s senderKeys) GetSenderKey(ctx context.Context, group, user string) ([]byte, error) {
	sealed, err := s.SenderKeyStore.GetSenderKey(ctx, group, user)
	if err != nil || sealed == nil {
		return nil, err
	}
	return s.box.Open(groupKind, sealed)
}

// stateKeys keeps the keys of what the account's devices share sealed.
type stateKeys struct {
	store.AppStateSyncKeyStore
	box Box
}

func (s stateKeys) PutAppStateSyncKey(ctx context.Context, id []byte, key store.AppStateSyncKey) error {
	key.Data = s.box.Seal(stateKind, key.Data)
	return s.AppStateSyncKeyStore.PutAppStateSyncKey(ctx, id, key)
}

func (s stateKeys) GetAppStateSyncKey(ctx context.Context, id []byte) (*store.AppStateSyncKey, error) {
	key, err := s.AppStateSyncKeyStore.GetAppStateSyncKey(ctx, id)
	if err != nil || key == nil {
		return nil, err
	}
	key.Data, err = s.box.Open(stateKind, key.Data)
	return key, err
}

// secrets keeps the keys of single messages sealed.
type secrets struct {
	store.MsgSecretStore
	box Box
}

func (s secrets) PutMessageSecrets(ctx context.Context, all []store.MessageSecretInsert) error {
	sealed := slices.Clone(all)
	for i := range sealed {
		sealed[i].Secret = s.box.Seal(secretKind, sealed[i].Secret)
	}
	return s.MsgSecretStore.PutMessageSecrets(ctx, sealed)
}

func (s secrets) PutMessageSecret(ctx context.Context, chat, sender types.JID, id types.MessageID, secret []byte) error {
	return s.MsgSecretStore.PutMessageSecret(ctx, chat, sender, id, s.box.Seal(secretKind, secret))
}

func (s secrets) GetMessageSecret(ctx context.Context, chat, sender types.JID, id types.MessageID) ([]byte, types.JID, error) {
	sealed, of, err := s.MsgSecretStore.GetMessageSecret(ctx, chat, sender, id)
	if err != nil || sealed == nil {
		return nil, of, err
	}
	secret, err := s.box.Open(secretKind, sealed)
	return secret, of, err
}

// eventTexts keeps what was read and is not taken yet sealed.
type eventTexts struct {
	store.EventBuffer
	box Box
}

func (e eventTexts) GetBufferedEvent(ctx context.Context, hash [32]byte) (*store.BufferedEvent, error) {
	b, err := e.EventBuffer.GetBufferedEvent(ctx, hash)
	if err != nil || b == nil || b.Plaintext == nil {
		return b, err
	}
	b.Plaintext, err = e.box.Open(eventKind, b.Plaintext)
	return b, err
}

func (e eventTexts) PutBufferedEvent(ctx context.Context, hash [32]byte, text []byte, at time.Time) error {
	return e.EventBuffer.PutBufferedEvent(ctx, hash, e.box.Seal(eventKind, text), at)
}
