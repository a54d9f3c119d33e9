package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// KeyBytes is the length of the master key and of every subject's key: AES-256.
const KeyBytes = 32

// ErrWrongKey is the answer to sealed bytes that this key, or this kind, did
// not seal; damaged bytes look the same.
var ErrWrongKey = errors.New("sealed with another key, as another kind, or damaged")

// ErrErased is the answer of Unwrap for a subject whose key was destroyed.
var ErrErased = errors.New("the subject's key was destroyed")

// Keyring holds the master key's uses. It is safe for concurrent use.
type Keyring struct {
	wrapping    Key // seals subjects' keys
	loose       Key // seals what has no subject yet
	index       []byte
	fingerprint string
}

// New derives a keyring from a master key of KeyBytes bytes.
func New(master []byte) (*Keyring, error) {
	if len(master) != KeyBytes {
		return nil, fmt.Errorf("master key is %d bytes long instead of %d", len(master), KeyBytes)
	}
	derive := func(use string) []byte {
		// The master is a uniform secret and the length is one hash, so the
		// only errors of HKDF (RFC 5869) cannot occur.
		b, err := hkdf.Key(sha256.New, master, nil, "besedka/"+use, KeyBytes)
		if err != nil {
			panic(err)
		}
		return b
	}
	return &Keyring{
		wrapping:    newKey(derive("wrap")),
		loose:       newKey(derive("loose")),
		index:       derive("index"),
		fingerprint: hex.EncodeToString(derive("fingerprint")[:16]),
	}, nil
}

// Fingerprint names the master key without revealing it. A database keeps it,
// so that it is never opened with another key.
func (k *Keyring) Fingerprint() string { return k.fingerprint }

// NewKey makes a subject's key and its wrapped form, which is what to store.
func (k *Keyring) NewKey() (key Key, wrapped []byte) {
	raw := make([]byte, KeyBytes)
	rand.Read(raw) // never fails, see crypto/rand
	return newKey(raw), k.wrapping.Seal(wrapKind, raw)
}

const wrapKind = "subject key"

// Unwrap opens a subject's wrapped key; it costs about a microsecond.
func (k *Keyring) Unwrap(wrapped []byte) (Key, error) {
	if len(wrapped) == 0 {
		return Key{}, ErrErased
	}
	raw, err := k.wrapping.Open(wrapKind, wrapped)
	if err != nil {
		return Key{}, fmt.Errorf("unwrap subject key: %w", err)
	}
	return newKey(raw), nil
}

// Seal encrypts what has no subject, such as an update nobody could decode.
func (k *Keyring) Seal(kind string, plain []byte) []byte { return k.loose.Seal(kind, plain) }

// Open decrypts what Seal made, else ErrWrongKey.
func (k *Keyring) Open(kind string, sealed []byte) ([]byte, error) { return k.loose.Open(kind, sealed) }

// Index is the blind index of value: equal values of one kind have equal
// indexes, and nobody without the master key can tell the value or try
// candidates.
func (k *Keyring) Index(kind, value string) []byte {
	mac := hmac.New(sha256.New, k.index)
	mac.Write([]byte(kind))
	mac.Write([]byte{0}) // kinds hold no NUL, so "a"+"bc" and "ab"+"c" differ
	mac.Write([]byte(value))
	return mac.Sum(nil)
}

// Key seals the data of one subject. Its zero value seals nothing and panics.
type Key struct{ aead cipher.AEAD }

func newKey(raw []byte) Key {
	block, err := aes.NewCipher(raw)
	if err != nil {
		panic(err) // only for a wrong length, and ours is fixed
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only for a block size other than AES
	}
	return Key{aead}
}

// Seal encrypts plain. The kind names the column it is for and has to be given
// to Open again, so that bytes moved to another column do not open. A key is
// good for 2^32 seals: the limit of random nonces (NIST SP 800-38D, 8.3).
func (s Key) Seal(kind string, plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, []byte(kind))
}

// Open decrypts what Seal made with the same key and kind, else ErrWrongKey.
func (s Key) Open(kind string, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(kind))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", kind, ErrWrongKey)
	}
	return plain, nil
}
