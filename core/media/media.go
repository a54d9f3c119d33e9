package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// MaxBytes is the largest file kept.
const MaxBytes = 10 << 20

// ErrTooLarge is the answer to a file of more than MaxBytes.
var ErrTooLarge = errors.New("the file is too large")

// Service keeps files. Its zero value is not usable.
type Service struct {
	db    *storage.DB
	keys  *seal.Keyring
	easel chan struct{} // holds whoever draws
}

// New wires a Service.
func New(db *storage.DB, keys *seal.Keyring) *Service {
	return &Service{db: db, keys: keys, easel: make(chan struct{}, 1)}
}

// File is what a subject sent.
type File struct {
	Subject int64
	Mime    string
	Data    []byte
}

// Put keeps f sealed under key, its subject's, and returns its id. The same
// file of the same subject has the same id, so storing it again is harmless.
// seal.ErrErased when the subject was erased meanwhile: nothing is kept.
func (s *Service) Put(ctx context.Context, now time.Time, key seal.Key, f File) (id string, err error) {
	return s.put(ctx, s.db, now, key, f)
}

// PutTx is Put for what is drawn in a turn, which holds its subject.
func (s *Service) PutTx(ctx context.Context, tx storage.Tx, now time.Time, key seal.Key, f File) (id string, err error) {
	return s.put(ctx, tx, now, key, f)
}

func (s *Service) put(ctx context.Context, q storage.Querier, now time.Time, key seal.Key, f File) (id string, err error) {
	if len(f.Data) > MaxBytes {
		return "", ErrTooLarge
	}
	id = s.idOf(f)
	living, err := storage.Value[bool](ctx, q, qPut, id, f.Subject, f.Mime, len(f.Data), key.Seal(blobKind, f.Data), s.likeness(f), now)
	if err == nil && !living {
		err = seal.ErrErased
	}
	if err != nil {
		return "", fmt.Errorf("store file of subject %d: %w", f.Subject, err)
	}
	return id, nil
}

const blobKind = "blob"

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// idOf names a file by its contents without giving them away: without the
// master key nobody can ask whether a certain picture was sent. The form is
// UUID version 8, RFC 9562, 5.8.
func (s *Service) idOf(f File) string {
	u := s.keys.Index(blobKind, fmt.Sprintf("%d/%x", f.Subject, sha256.Sum256(f.Data)))[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	h := hex.EncodeToString(u)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// likeness is the same for the same picture, whoever sent it: so much is known of
// it without opening it, and only with the master key.
func (s *Service) likeness(f File) []byte {
	return s.keys.Index("likeness", fmt.Sprintf("%x", sha256.Sum256(f.Data)))[:16]
}

type blobRow struct {
	Subject    int64  `db:"subject_id"`
	Mime       string `db:"mime"`
	Sealed     []byte `db:"sealed"`
	WrappedKey []byte `db:"wrapped_key"`
}

// Get reads a file back: storage.ErrNotFound when there is none,
// seal.ErrErased when its subject was erased.
func (s *Service) Get(ctx context.Context, id string) (File, error) {
	if !uuid.MatchString(id) { // it may come from anybody's address line
		return File{}, fmt.Errorf("file: %w", storage.ErrNotFound)
	}
	r, err := storage.One[blobRow](ctx, s.db, qGet, id)
	if err != nil {
		return File{}, fmt.Errorf("file %s: %w", id, err)
	}
	key, err := s.keys.Unwrap(r.WrappedKey)
	if err != nil {
		return File{}, fmt.Errorf("file %s: %w", id, err)
	}
	data, err := key.Open(blobKind, r.Sealed)
	if err != nil {
		return File{}, fmt.Errorf("file %s: %w", id, err)
	}
	return File{Subject: r.Subject, Mime: r.Mime, Data: data}, nil
}

// GetClaimed is Get for a file that somebody has sent as a receipt's: any other one
// is storage.ErrNotFound to whoever decides about receipts.
func (s *Service) GetClaimed(ctx context.Context, id string) (File, error) {
	f, err := s.Get(ctx, id)
	if err != nil {
		return File{}, err
	}
	claimed, err := storage.Value[bool](ctx, s.db, qClaimed, id)
	if err == nil && !claimed {
		err = storage.ErrNotFound
	}
	if err != nil {
		return File{}, fmt.Errorf("file %s of a receipt: %w", id, err)
	}
	return f, nil
}
