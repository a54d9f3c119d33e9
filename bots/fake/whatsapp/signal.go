//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/libsignal/serialize"
	"go.mau.fi/libsignal/session"
	"go.mau.fi/libsignal/state/record"
	"go.mau.fi/whatsmeow/util/keys"
)

var wire = serialize.NewProtoBufSerializer()

// party is one phone's end of Signal. It talks to one other device, the bot's.
type party struct {
	identity     *keys.KeyPair
	registration uint32
	signed       *keys.PreKey
	once         map[uint32]*keys.PreKey
	lastOnce     uint32
	session      []byte
}

// bot is the address of the only other device.
var bot = protocol.NewSignalAddress("bot", 1)

func newParty() *party {
	id := keys.NewKeyPair()
	return &party{
		identity: id, registration: rand.Uint32N(1 << 14), signed: id.CreateSignedPreKey(1), once: map[uint32]*keys.PreKey{},
	}
}

// offer makes a key to be used once by whoever wants to write to the party.
func (p *party) offer() *keys.PreKey {
	p.lastOnce++
	p.once[p.lastOnce] = keys.NewPreKey(p.lastOnce)
	return p.once[p.lastOnce]
}

func (p *party) cipher() (*session.Builder, *session.Cipher) {
	b := session.NewBuilder(p, p, p, p, bot, wire)
	return b, session.NewCipher(b, bot)
}

// encrypt seals a text for the bot. Without a session it begins one with a
// bundle of the bot's keys.
func (p *party) encrypt(plain []byte, bundle func() (*prekey.Bundle, error)) (kind string, sealed []byte, err error) {
	builder, cipher := p.cipher()
	if p.session == nil {
		keys, err := bundle()
		if err != nil {
			return "", nil, err
		}
		if err := builder.ProcessBundle(context.Background(), keys); err != nil {
			return "", nil, fmt.Errorf("begin a session: %w", err)
		}
	}
	m, err := cipher.Encrypt(context.Background(), plain)
	if err != nil {
		return "", nil, fmt.Errorf("encrypt: %w", err)
	}
	kind = "msg"
	if m.Type() == protocol.PREKEY_TYPE {
		kind = "pkmsg"
	}
	return kind, m.Serialize(), nil
}

func (p *party) decrypt(kind string, sealed []byte) ([]byte, error) {
	_, cipher := p.cipher()
	if kind == "pkmsg" {
		m, err := protocol.NewPreKeySignalMessageFromBytes(sealed, wire.PreKeySignalMessage, wire.SignalMessage)
		if err != nil {
			return nil, err
		}
		return cipher.DecryptMessage(context.Background(), m)
	}
	m, err := protocol.NewSignalMessageFromBytes(sealed, wire.SignalMessage)
	if err != nil {
		return nil, err
	}
	return cipher.Decrypt(context.Background(), m)
}

// What follows are libsignal's stores.

// GetIdentityKeyPair implements store.IdentityKey.
func (p *party) GetIdentityKeyPair() *identity.KeyPair {
	return identity.NewKeyPair(identity.NewKey(ecc.NewDjbECPublicKey(*p.identity.Pub)), ecc.NewDjbECPrivateKey(*p.identity.Priv))
}

// GetLocalRegistrationID implements store.IdentityKey.
func (p *party) GetLocalRegistrationID() uint32 { return p.registration }

// SaveIdentity implements store.IdentityKey: a phone trusts who writes first.
func (p *party) SaveIdentity(context.Context, *protocol.SignalAddress, *identity.Key) error {
	return nil
}

// IsTrustedIdentity implements store.IdentityKey.
func (p *party) IsTrustedIdentity(context.Context, *protocol.SignalAddress, *identity.Key) (bool, error) {
	return true, nil
}

// LoadPreKey implements store.PreKey.
func (p *party) LoadPreKey(_ context.Context, id uint32) (*record.PreKey, error) {
	k := p.once[id]
	if k == nil {
		return nil, nil
	}
	return record.NewPreKey(id, pair(&k.KeyPair), nil), nil
}

// RemovePreKey implements store.PreKey.
func (p *party) RemovePreKey(_ context.Context, id uint32) error {
	delete(p.once, id)
	return nil
}

// LoadSignedPreKey implements store.SignedPreKey.
func (p *party) LoadSignedPreKey(_ context.Context, id uint32) (*record.SignedPreKey, error) {
	if id != p.signed.KeyID {
		return nil, nil
	}
	return record.NewSignedPreKey(id, 0, pair(&p.signed.KeyPair), *p.signed.Signature, nil), nil
}

// LoadSession implements store.Session.
func (p *party) LoadSession(context.Context, *protocol.SignalAddress) (*record.Session, error) {
	if p.session == nil {
		return record.NewSession(wire.Session, wire.State), nil
	}
	return record.NewSessionFromBytes(p.session, wire.Session, wire.State)
}

// StoreSession implements store.Session.
func (p *party) StoreSession(_ context.Context, _ *protocol.SignalAddress, r *record.Session) error {
	p.session = r.Serialize()
	return nil
}

// ContainsSession implements store.Session.
func (p *party) ContainsSession(context.Context, *protocol.SignalAddress) (bool, error) {
	return p.session != nil, nil
}

func pair(k *keys.KeyPair) *ecc.ECKeyPair {
	return ecc.NewECKeyPair(ecc.NewDjbECPublicKey(*k.Pub), ecc.NewDjbECPrivateKey(*k.Priv))
}

// errUnasked is of those methods of libsignal's stores that sessions do not need.
var errUnasked = errors.New("not kept by this phone")

// StorePreKey implements store.PreKey.
func (p *party) StorePreKey(context.Context, uint32, *record.PreKey) error { return errUnasked }

// ContainsPreKey implements store.PreKey.
func (p *party) ContainsPreKey(context.Context, uint32) (bool, error) { return false, errUnasked }

// LoadSignedPreKeys implements store.SignedPreKey.
func (p *party) LoadSignedPreKeys(context.Context) ([]*record.SignedPreKey, error) {
	return nil, errUnasked
}

// StoreSignedPreKey implements store.SignedPreKey.
func (p *party) StoreSignedPreKey(context.Context, uint32, *record.SignedPreKey) error {
	return errUnasked
}

// ContainsSignedPreKey implements store.SignedPreKey.
func (p *party) ContainsSignedPreKey(context.Context, uint32) (bool, error) {
	return false, errUnasked
}

// RemoveSignedPreKey implements store.SignedPreKey.
func (p *party) RemoveSignedPreKey(context.Context, uint32) error { return errUnasked }

// GetSubDeviceSessions implements store.Session.
func (p *party) GetSubDeviceSessions(context.Context, string) ([]uint32, error) {
	return nil, errUnasked
}

// DeleteSession implements store.Session.
func (p *party) DeleteSession(context.Context, *protocol.SignalAddress) error { return errUnasked }

// DeleteAllSessions implements store.Session.
func (p *party) DeleteAllSessions(context.Context) error { return errUnasked }
