//go:build !nowhatsmeow

package whatsapp

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/util/optional"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/util/keys"
)

// device is what the server keeps of the linked device: the public halves of
// its keys.
type device struct {
	number       uint16
	registration uint32
	identity     [32]byte
	signed       publicKey
	once         []publicKey
}

type publicKey struct {
	id        uint32
	key       [32]byte
	signature [64]byte
}

// upload takes keys from the device, whose node is a set of encrypt.
func (d *device) upload(n *waBinary.Node) error {
	for _, child := range n.GetChildren() {
		content, _ := child.Content.([]byte)
		switch child.Tag {
		case "registration":
			d.registration = binary.BigEndian.Uint32(content)
		case "identity":
			d.identity = [32]byte(content)
		case "skey":
			k, err := readKey(child)
			if err != nil {
				return err
			}
			d.signed = k
		case "list":
			for _, one := range child.GetChildren() {
				k, err := readKey(one)
				if err != nil {
					return err
				}
				d.once = append(d.once, k)
			}
		}
	}
	return nil
}

func readKey(n waBinary.Node) (k publicKey, err error) {
	bytes := func(tag string) []byte {
		child := n.GetChildByTag(tag)
		b, _ := child.Content.([]byte)
		return b
	}
	id, value, signature := bytes("id"), bytes("value"), bytes("signature")
	if len(id) != 3 || len(value) != 32 || n.Tag == "skey" && len(signature) != 64 {
		return k, fmt.Errorf("prekey of a wrong length: %s", n.XMLString())
	}
	k.id = binary.BigEndian.Uint32(append([]byte{0}, id...))
	copy(k.key[:], value)
	copy(k.signature[:], signature)
	return k, nil
}

// bundle takes one of the keys to be used once, as a phone that begins to write
// does.
func (d *device) bundle() (*prekey.Bundle, error) {
	if d == nil || len(d.once) == 0 {
		return nil, errors.New("the device has uploaded no keys")
	}
	k := d.once[0]
	d.once = d.once[1:]
	return prekey.NewBundle(d.registration, uint32(d.number), optional.NewOptionalUint32(k.id), d.signed.id,
		ecc.NewDjbECPublicKey(k.key), ecc.NewDjbECPublicKey(d.signed.key), d.signed.signature,
		identity.NewKey(ecc.NewDjbECPublicKey(d.identity))), nil
}

// offered are a phone's keys as the device gets them when it asks.
func (p *party) offered() []waBinary.Node {
	var registration [4]byte
	binary.BigEndian.PutUint32(registration[:], p.registration)
	return []waBinary.Node{
		{Tag: "registration", Content: registration[:]},
		{Tag: "type", Content: []byte{ecc.DjbType}},
		{Tag: "identity", Content: p.identity.Pub[:]},
		keyNode("skey", p.signed),
		keyNode("key", p.offer()),
	}
}

func keyNode(tag string, k *keys.PreKey) waBinary.Node {
	var id [4]byte
	binary.BigEndian.PutUint32(id[:], k.KeyID)
	parts := []waBinary.Node{{Tag: "id", Content: id[1:]}, {Tag: "value", Content: k.Pub[:]}}
	if k.Signature != nil {
		parts = append(parts, waBinary.Node{Tag: "signature", Content: k.Signature[:]})
	}
	return waBinary.Node{Tag: tag, Content: parts}
}
