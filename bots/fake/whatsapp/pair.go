//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/hkdfutil"
	"go.mau.fi/whatsmeow/util/keys"
	"golang.org/x/crypto/curve25519"
	"google.golang.org/protobuf/proto"
)

// deviceNumber is the number of the account's only linked device.
const deviceNumber = 7

// pairing is a device that waits to be linked.
type pairing struct {
	conn     *conn
	identity []byte
	ref      string
	wrapped  []byte // by a code: the device's ephemeral key, sealed under the code
}

// codeFinish is what the device answers to a phone that knows its code.
type codeFinish struct{ bundle, identity []byte }

// Link links a new device as if its owner had scanned its code, without a
// connection. The device is then to be saved.
func (s *Server) Link(d *store.Device) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.device = &device{number: deviceNumber}
	account, err := s.vouch(d.IdentityKey.Pub[:])
	if err != nil {
		return err
	}
	signature := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*d.IdentityKey.Priv),
		concat(whatsmeow.AdvDeviceSignaturePrefix, account.Details, d.IdentityKey.Pub[:], account.AccountSignatureKey))
	account.DeviceSignature = signature[:]
	jid := s.deviceJID()
	d.ID, d.LID, d.Account = &jid, s.deviceLID(), account
	return nil
}

// vouch signs a device's identity with the phone's.
func (s *Server) vouch(identity []byte) (*waAdv.ADVSignedDeviceIdentity, error) {
	details, err := proto.Marshal(&waAdv.ADVDeviceIdentity{
		RawID: proto.Uint32(1), Timestamp: proto.Uint64(uint64(s.now().Unix())), KeyIndex: proto.Uint32(1),
	})
	if err != nil {
		return nil, err
	}
	signature := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*s.phone.identity.Priv),
		concat(whatsmeow.AdvAccountSignaturePrefix, details, identity))
	return &waAdv.ADVSignedDeviceIdentity{
		Details: details, AccountSignatureKey: s.phone.identity.Pub[:], AccountSignature: signature[:],
	}, nil
}

// offerPairing gives a device that is not linked the references its QR codes
// are made of.
func (s *Server) offerPairing(c *conn) {
	refs := make([]waBinary.Node, 6)
	for i := range refs {
		refs[i] = waBinary.Node{Tag: "ref", Content: []byte(fmt.Sprintf("2@fake-%d", i))}
	}
	s.offer(pairing{conn: c, identity: c.payload.GetDevicePairingData().GetEIdent()})
	c.send(waBinary.Node{
		Tag: "iq", Attrs: waBinary.Attrs{"id": "pair-1", "type": "set", "from": types.ServerJID, "xmlns": "md"},
		Content: []waBinary.Node{{Tag: "pair-device", Content: refs}},
	})
}

// offer has p wait for the phone, in the place of whoever waited before.
func (s *Server) offer(p pairing) {
	select {
	case <-s.scan:
	default:
	}
	s.scan <- p
}

// Scan holds the account's phone to a device's QR code.
func (s *Server) Scan(ctx context.Context, code string) error {
	part := strings.Split(code, ",")
	if len(part) != 4 {
		return errors.New("this is not a code of WhatsApp")
	}
	secret, err := base64.StdEncoding.DecodeString(part[3])
	if err != nil {
		return fmt.Errorf("the code's secret: %w", err)
	}
	identity, err := base64.StdEncoding.DecodeString(part[2])
	if err != nil {
		return fmt.Errorf("the code's identity: %w", err)
	}
	select {
	case p := <-s.scan:
		return s.link(p.conn, identity, secret)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// link tells the device that it is linked, proven by the secret it shares with
// the phone.
func (s *Server) link(c *conn, identity, secret []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, err := s.vouch(identity)
	if err != nil {
		return err
	}
	signed, err := proto.Marshal(account)
	if err != nil {
		return err
	}
	h := hmac.New(sha256.New, secret)
	h.Write(signed)
	container, err := proto.Marshal(&waAdv.ADVSignedDeviceIdentityHMAC{Details: signed, HMAC: h.Sum(nil)})
	if err != nil {
		return err
	}
	s.device = &device{number: deviceNumber}
	c.send(waBinary.Node{
		Tag: "iq", Attrs: waBinary.Attrs{"id": "pair-2", "type": "set", "from": types.ServerJID, "xmlns": "md"},
		Content: []waBinary.Node{{Tag: "pair-success", Content: []waBinary.Node{
			{Tag: "device-identity", Content: container},
			{Tag: "device", Attrs: waBinary.Attrs{"jid": s.deviceJID(), "lid": s.deviceLID()}},
			{Tag: "platform", Attrs: waBinary.Attrs{"name": "android"}},
		}}},
	})
	return nil
}

// paired hears the device's answer to having been linked, upon which it has to
// come again as what it now is.
func (s *Server) paired(c *conn, n *waBinary.Node) {
	if _, ok := n.GetOptionalChildByTag("pair-device-sign"); ok {
		c.send(streamError("515", ""))
	}
}

// linkByCode serves both steps of a device that is linked by a code of eight
// letters.
func (s *Server) linkByCode(c *conn, n *waBinary.Node, reg waBinary.Node) {
	bytes := func(tag string) []byte {
		child := reg.GetChildByTag(tag)
		b, _ := child.Content.([]byte)
		return b
	}
	if reg.Attrs["stage"] == "companion_finish" {
		c.send(iqResult(n, nil))
		s.finish <- codeFinish{bytes("link_code_pairing_wrapped_key_bundle"), bytes("companion_identity_public")}
		return
	}
	const ref = "fake-code"
	s.offer(pairing{conn: c, ref: ref, wrapped: bytes("link_code_pairing_wrapped_companion_ephemeral_pub")})
	c.send(iqResult(n, []waBinary.Node{{Tag: "link_code_companion_reg", Content: []waBinary.Node{
		{Tag: "link_code_pairing_ref", Content: []byte(ref)},
	}}}))
}

// Enter types a device's code of eight letters into the account's phone.
func (s *Server) Enter(ctx context.Context, code string) error {
	code = strings.ReplaceAll(code, "-", "")
	var p pairing
	select {
	case p = <-s.scan:
	case <-ctx.Done():
		return ctx.Err()
	}
	if len(p.wrapped) != 80 {
		return errors.New("no device asked for a code")
	}
	theirs := wrap(code, p.wrapped[:32], p.wrapped[32:48], p.wrapped[48:])
	mine := keys.NewKeyPair()
	salt, iv := make([]byte, 32), make([]byte, 16) // the phone's own; here they may be nought
	p.conn.send(waBinary.Node{
		Tag: "notification", Attrs: waBinary.Attrs{"id": "code-1", "type": "link_code_companion_reg", "from": types.ServerJID, "t": s.now().Unix()},
		Content: []waBinary.Node{{Tag: "link_code_companion_reg", Content: []waBinary.Node{
			{Tag: "link_code_pairing_ref", Content: []byte(p.ref)},
			{Tag: "link_code_pairing_wrapped_primary_ephemeral_pub", Content: concat(salt, iv, wrap(code, salt, iv, mine.Pub[:]))},
			{Tag: "primary_identity_pub", Content: s.phone.identity.Pub[:]},
		}}},
	})
	select {
	case f := <-s.finish:
		secret, err := s.shared(mine, theirs, f)
		if err != nil {
			return err
		}
		return s.link(p.conn, f.identity, secret)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wrap seals or opens a public key under a code.
func wrap(code string, salt, iv, key []byte) []byte {
	sealing, err := pbkdf2.Key(sha256.New, code, salt, 2<<16, 32)
	if err != nil {
		panic(err) // only for lengths that cannot be
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(key))
	cipher.NewCTR(block, iv).XORKeyStream(out, key)
	return out
}

// shared is the secret that the phone and a device come to share.
func (s *Server) shared(mine *keys.KeyPair, theirs []byte, f codeFinish) ([]byte, error) {
	if len(f.bundle) < 44 {
		return nil, errors.New("the key bundle is too short")
	}
	ephemeral, err := curve25519.X25519(mine.Priv[:], theirs)
	if err != nil {
		return nil, err
	}
	key := hkdfutil.SHA256(ephemeral, f.bundle[:32], []byte("link_code_pairing_key_bundle_encryption_key"), 32)
	bundle, err := aead(key).Open(nil, f.bundle[32:44], f.bundle[44:], nil)
	if err != nil {
		return nil, fmt.Errorf("the device knows another code: %w", err)
	}
	identities, err := curve25519.X25519(s.phone.identity.Priv[:], bundle[:32])
	if err != nil {
		return nil, err
	}
	return hkdfutil.SHA256(concat(ephemeral, identities, bundle[64:]), nil, []byte("adv_secret"), 32), nil
}

func concat(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
