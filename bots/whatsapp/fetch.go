//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"besedka/bots"
	"besedka/core/chat"
)

// Fetch implements bots.Adapter; remote is what read made of a message.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	m := &waE2E.Message{}
	raw, err := base64.StdEncoding.DecodeString(remote)
	if err != nil || proto.Unmarshal(raw, m) != nil {
		return nil, fmt.Errorf("%w: this is no handle of ours", bots.ErrGone)
	}
	f := file(m)
	if f == nil {
		return nil, fmt.Errorf("%w: this handle is of no file", bots.ErrGone)
	}
	if size := f.GetFileLength(); size > uint64(limit) {
		return nil, fmt.Errorf("%w: %d bytes", bots.ErrTooBig, size)
	}
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	if s == nil {
		return nil, fmt.Errorf("%w: the device is not connected", bots.ErrUnavailable)
	}
	data, err := s.client.Download(ctx, f)
	switch {
	case err == nil && int64(len(data)) > limit:
		return nil, bots.ErrTooBig
	case err == nil:
		return data, nil
	case gone(err):
		return nil, fmt.Errorf("%w: %w", bots.ErrGone, brief(err))
	}
	return nil, fmt.Errorf("%w: download: %w", bots.ErrUnavailable, brief(err))
}

// gone says whether a file will never come: WhatsApp has lost it, or it is not
// what its keys say.
func gone(err error) bool {
	for _, e := range []error{
		whatsmeow.ErrMediaDownloadFailedWith403, whatsmeow.ErrMediaDownloadFailedWith404, whatsmeow.ErrMediaDownloadFailedWith410,
		whatsmeow.ErrInvalidMediaHMAC, whatsmeow.ErrInvalidMediaEncSHA256, whatsmeow.ErrInvalidMediaSHA256,
		whatsmeow.ErrFileLengthMismatch, whatsmeow.ErrTooShortFile, whatsmeow.ErrNoURLPresent,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// bounded cuts what is longer than any file we fetch: who sends it says how long
// it is, and may lie.
type bounded struct{ over http.RoundTripper }

// sealing is what encryption adds to a file at most.
const sealing = 64

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.over.RoundTrip(r)
	if err == nil {
		resp.Body = cut{io.LimitReader(resp.Body, chat.CapsOf(chat.Whatsmeow).Fetch+sealing), resp.Body}
	}
	return resp, err
}

type cut struct {
	io.Reader
	io.Closer
}
