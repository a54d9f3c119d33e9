package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-telegram/bot"

	"besedka/bots"
)

// Fetch implements bots.Adapter; remote is a file_id. Telegram gives files of
// up to 20 MB.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	f, err := a.api.GetFile(ctx, &bot.GetFileParams{FileID: remote})
	switch {
	case errors.Is(err, bot.ErrorBadRequest):
		return nil, fmt.Errorf("%w: %w", kindOfRefusal(err), err)
	case err != nil:
		return nil, classify(err)
	case f.FileSize > limit:
		return nil, fmt.Errorf("%w: %d bytes", bots.ErrTooBig, f.FileSize)
	}
	return a.download(ctx, f.FilePath, limit)
}

// kindOfRefusal tells refusals of a file apart by Telegram's words, which are
// all there is: «wrong file_id or the file is temporarily unavailable» may mean
// either, and a photo is worth another try.
func kindOfRefusal(err error) error {
	switch words := err.Error(); {
	case strings.Contains(words, "too big"):
		return bots.ErrTooBig
	case strings.Contains(words, "temporarily unavailable"):
		return bots.ErrUnavailable
	}
	return bots.ErrGone
}

func (a *Adapter) download(ctx context.Context, path string, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.cfg.Server+"/file/bot"+a.cfg.Token+"/"+path, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: bad file path", bots.ErrGone)
	}
	return bots.ReadFile(a.files, req, limit, http.StatusNotFound)
}
