//go:build !nowhatsmeow

package whatsapp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCert"
	"go.mau.fi/whatsmeow/util/keys"
	"golang.org/x/crypto/curve25519"
	"google.golang.org/protobuf/proto"
)

// root signs the certificates of every fake server. Everybody knows its private
// key: it is the hash of these words.
var root = keys.NewKeyPairFromPrivateKey(sha256.Sum256([]byte("the root of a WhatsApp that does not exist")))

// Trust has every whatsmeow client of this process trust fake servers in the
// place of WhatsApp's own. Call it before the first client connects.
func Trust() { whatsmeow.WACertPubKey = *root.Pub }

// handshake is the state of Noise XX on the responder's side, noiseprotocol.org.
type handshake struct {
	hash, salt []byte
	key        cipher.AEAD
	counter    uint32
}

// pattern has 32 bytes, so that it is its own hash.
const pattern = "Noise_XX_25519_AESGCM_SHA256\x00\x00\x00\x00"

func newHandshake(prologue []byte) *handshake {
	h := &handshake{hash: []byte(pattern), salt: []byte(pattern), key: aead([]byte(pattern))}
	h.mixHash(prologue)
	return h
}

func (h *handshake) mixHash(data []byte) {
	sum := sha256.Sum256(append(h.hash, data...))
	h.hash = sum[:]
}

// mixKey mixes in what mine and theirs share.
func (h *handshake) mixKey(mine *keys.KeyPair, theirs []byte) error {
	secret, err := curve25519.X25519(mine.Priv[:], theirs)
	if err != nil {
		return fmt.Errorf("noise: %w", err)
	}
	var key []byte
	h.salt, key = h.expand(secret)
	h.key, h.counter = aead(key), 0
	return nil
}

func (h *handshake) expand(secret []byte) (first, second []byte) {
	out, err := hkdf.Key(sha256.New, secret, h.salt, "", 64)
	if err != nil { // only for lengths that cannot be
		panic(err)
	}
	return out[:32], out[32:]
}

func (h *handshake) seal(plain []byte) []byte {
	sealed := h.key.Seal(nil, nonce(h.counter), plain, h.hash)
	h.counter++
	h.mixHash(sealed)
	return sealed
}

func (h *handshake) open(sealed []byte) ([]byte, error) {
	plain, err := h.key.Open(nil, nonce(h.counter), sealed, h.hash)
	if err != nil {
		return nil, fmt.Errorf("noise: %w", err)
	}
	h.counter++
	h.mixHash(sealed)
	return plain, nil
}

// split ends the handshake with the keys of both directions.
func (h *handshake) split() (read, write cipher.AEAD) {
	fromClient, toClient := h.expand(nil)
	return aead(fromClient), aead(toClient)
}

func aead(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // keys have 32 bytes
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

func nonce(counter uint32) []byte {
	iv := make([]byte, 12)
	binary.BigEndian.PutUint32(iv[8:], counter)
	return iv
}

// certificates are the chain that proves static to be a server's key.
func certificates(static *keys.KeyPair) ([]byte, error) {
	middle := keys.NewKeyPair()
	intermediate, err := certificate(root, middle, 1, whatsmeow.WACertIssuerSerial)
	if err != nil {
		return nil, err
	}
	leaf, err := certificate(middle, static, 2, 1)
	if err != nil {
		return nil, err
	}
	return proto.Marshal(&waCert.CertChain{Intermediate: intermediate, Leaf: leaf})
}

func certificate(issuer, subject *keys.KeyPair, serial, issuerSerial uint32) (*waCert.CertChain_NoiseCertificate, error) {
	details, err := proto.Marshal(&waCert.CertChain_NoiseCertificate_Details{
		Serial: &serial, IssuerSerial: &issuerSerial, Key: subject.Pub[:],
	})
	if err != nil {
		return nil, err
	}
	signature := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*issuer.Priv), details)
	return &waCert.CertChain_NoiseCertificate{Details: details, Signature: signature[:]}, nil
}
