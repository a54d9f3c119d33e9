package release

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"besedka/storage"
)

// Part is one file of the release in force.
type Part struct {
	Hash [sha256.Size]byte
	Path string
}

// PartOf finds a file of the release in force; false when that has none, or when
// nothing was published yet.
func PartOf(ctx context.Context, q storage.Querier, path string) (Part, bool, error) {
	hash, err := storage.Value[[]byte](ctx, q, qPart, path)
	if errors.Is(err, storage.ErrNotFound) {
		return Part{}, false, nil
	}
	if err != nil {
		return Part{}, false, fmt.Errorf("find %s of the release in force: %w", path, err)
	}
	return Part{Hash: [sha256.Size]byte(hash), Path: path}, true, nil
}

// Read returns what is in the file.
func (p Part) Read(ctx context.Context, q storage.Querier) ([]byte, error) {
	body, err := storage.Value[[]byte](ctx, q, qBody, p.Hash[:])
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", p.Path, err)
	}
	return body, nil
}
