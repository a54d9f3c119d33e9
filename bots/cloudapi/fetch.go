package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"besedka/bots"
)

// Fetch implements bots.Adapter; remote is the id of a file. Its address works
// for five minutes, so it is asked for each time.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	var file struct {
		URL  string `json:"url"`
		Size int64  `json:"file_size"`
	}
	err := a.call(ctx, http.MethodGet, url.PathEscape(remote), "", nil, &file)
	switch {
	case gone(err):
		return nil, fmt.Errorf("%w: %w", bots.ErrGone, err)
	case err != nil:
		return nil, unsaid(err)
	case file.Size > limit:
		return nil, fmt.Errorf("%w: %d bytes", bots.ErrTooBig, file.Size)
	}
	return a.download(ctx, file.URL, limit)
}

// gone says whether Meta has no file of this id any more: after 7 days.
func gone(err error) bool {
	e, ok := errors.AsType[*refusalError](err)
	return ok && (e.code == 100 || e.code == 131052)
}

// download shows the token, unlike bots.Download: Meta wants it. A file that is not
// where Meta said it was may be there when it is asked for anew.
func (a *Adapter) download(ctx context.Context, address string, limit int64) ([]byte, error) {
	req, err := a.request(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", bots.ErrGone, err)
	}
	if req.URL.Scheme != "https" && a.cfg.Server == officialServer {
		return nil, fmt.Errorf("%w: the file's address is not secure", bots.ErrGone)
	}
	return bots.ReadFile(a.files, req, limit)
}
