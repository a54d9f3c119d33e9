//go:build !nowhatsmeow

package whatsapp

import (
	"bytes"
	"context"
	"fmt"

	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/util/keys"
)

// Box seals what must not lie in the database in clear, under a key that is not there;
// kind names what it is, and has to be given to Open again.
type Box struct {
	Seal func(kind string, plain []byte) []byte
	Open func(kind string, sealed []byte) ([]byte, error)
}

// What is sealed.
const (
	deviceKind  = "whatsmeow/device"
	sessionKind = "whatsmeow/session"
	groupKind   = "whatsmeow/group"
	secretKind  = "whatsmeow/secret"
	stateKind   = "whatsmeow/state"
	eventKind   = "whatsmeow/event"
)

// Vault is where the keys of linked devices are kept. The library writes them in clear
// into columns that hold nothing longer than a key, but for that of the ADV secret: all of
// a device's lie there, sealed, and nothing in the others. One-time prekeys stay as they
// are: without the device's keys no message can be read by them (X3DH, section 3.3).
type Vault struct {
	tables *sqlstore.Container
	box    Box
}

// NewDevice is a device that is not linked yet.
func (v Vault) NewDevice() *store.Device {
	d := v.tables.NewDevice()
	d.Container = v
	return d
}

// PutDevice implements store.DeviceContainer.
func (v Vault) PutDevice(ctx context.Context, d *store.Device) error {
	shut := *d
	shut.NoiseKey, shut.IdentityKey = nothing, nothing
	shut.SignedPreKey = &keys.PreKey{KeyPair: *nothing, KeyID: d.SignedPreKey.KeyID, Signature: d.SignedPreKey.Signature}
	shut.AdvSecretKey = v.box.Seal(deviceKind, secretsOf(d))
	err := v.tables.PutDevice(ctx, &shut)
	if !d.Initialized {
		shut.NoiseKey, shut.IdentityKey, shut.SignedPreKey, shut.AdvSecretKey = d.NoiseKey, d.IdentityKey, d.SignedPreKey, d.AdvSecretKey
		*d = shut
		v.equip(d)
	}
	return err
}

// GetAllDevices are those that are linked.
func (v Vault) GetAllDevices(ctx context.Context) ([]*store.Device, error) {
	all, err := v.tables.GetAllDevices(ctx)
	for _, d := range all {
		if err != nil {
			return nil, err
		}
		err = v.open(d)
	}
	return all, err
}

// DeleteDevice implements store.DeviceContainer.
func (v Vault) DeleteDevice(ctx context.Context, d *store.Device) error {
	return v.tables.DeleteDevice(ctx, d)
}

// nothing stands for keys that lie elsewhere.
var nothing = keys.NewKeyPairFromPrivateKey([keyBytes]byte{})

const keyBytes = 32

func secretsOf(d *store.Device) []byte {
	return bytes.Join([][]byte{d.NoiseKey.Priv[:], d.IdentityKey.Priv[:], d.SignedPreKey.Priv[:], d.AdvSecretKey}, nil)
}

// open gives a device that was read its keys.
func (v Vault) open(d *store.Device) error {
	secrets, err := v.box.Open(deviceKind, d.AdvSecretKey)
	if err == nil && len(secrets) < 4*keyBytes {
		err = sqlstore.ErrInvalidLength
	}
	if err != nil {
		return fmt.Errorf("keys of the linked device: %w", err)
	}
	pair := func(n int) *keys.KeyPair {
		return keys.NewKeyPairFromPrivateKey([keyBytes]byte(secrets[n*keyBytes:]))
	}
	d.NoiseKey, d.IdentityKey, d.SignedPreKey.KeyPair, d.AdvSecretKey = pair(0), pair(1), *pair(2), secrets[3*keyBytes:]
	v.equip(d)
	return nil
}

// equip seals what else the library keeps of a device.
func (v Vault) equip(d *store.Device) {
	d.Container = v
	d.Sessions = sessions{d.Sessions, v.box}
	d.SenderKeys = senderKeys{d.SenderKeys, v.box}
	d.AppStateKeys = stateKeys{d.AppStateKeys, v.box}
	d.MsgSecrets = secrets{d.MsgSecrets, v.box}
	d.EventBuffer = eventTexts{d.EventBuffer, v.box}
}

var _ store.DeviceContainer = Vault{}
