package vk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"

	"besedka/bots"
	"besedka/core/chat"
)

// upload hands a picture over in VK's three calls and returns what a message names
// it by. Nothing has been said to the person by then, so that no failure leaves a
// doubt.
func (a *Adapter) upload(ctx context.Context, peer string, m chat.Media) (string, error) {
	picture, err := a.cfg.Picture(ctx, m)
	if err != nil {
		return "", fmt.Errorf("%w: read picture: %w", bots.ErrUnavailable, err)
	}
	named, err := a.handOver(ctx, peer, picture)
	if errors.Is(err, bots.ErrUnknownOutcome) {
		return "", fmt.Errorf("%w: upload: %s", bots.ErrUnavailable, err.Error())
	}
	return named, err
}

func (a *Adapter) handOver(ctx context.Context, peer string, picture []byte) (string, error) {
	var place struct {
		URL string `json:"upload_url"`
	}
	if err := a.call(ctx, "photos.getMessagesUploadServer", "", url.Values{"peer_id": {peer}}, &place); err != nil {
		return "", err
	}
	put, err := a.put(ctx, place.URL, picture)
	if err != nil {
		return "", err
	}
	var saved []struct {
		ID    int64  `json:"id"`
		Owner int64  `json:"owner_id"`
		Key   string `json:"access_key"`
	}
	params := url.Values{"photo": {put.Photo}, "server": {put.Server.String()}, "hash": {put.Hash}}
	if err := a.call(ctx, "photos.saveMessagesPhoto", "", params, &saved); err != nil {
		return "", err
	}
	if len(saved) == 0 {
		return "", fmt.Errorf("%w: no photo was saved", bots.ErrUnavailable)
	}
	named := fmt.Sprintf("photo%d_%d", saved[0].Owner, saved[0].ID)
	if saved[0].Key != "" {
		named += "_" + saved[0].Key
	}
	return named, nil
}

// uploaded is what an upload server answers, for photos.saveMessagesPhoto.
type uploaded struct {
	Server json.Number `json:"server"`
	Photo  string      `json:"photo"`
	Hash   string      `json:"hash"`
}

// put sends the picture to an address that is its own proof: the token stays here.
func (a *Adapter) put(ctx context.Context, address string, picture []byte) (put uploaded, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("photo", "picture.jpg")
	if err == nil {
		_, err = part.Write(picture)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return put, fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return put, fmt.Errorf("%w: bad address for the upload", bots.ErrUnavailable)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := bots.Call(a.files, req)
	switch {
	case err != nil:
		return put, err
	case answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &put) != nil:
		return put, fmt.Errorf("%w: upload: status %d", bots.ErrUnavailable, answer.Status)
	case put.Photo == "" || put.Photo == "[]": // it could not be read as a picture
		return put, fmt.Errorf("%w: upload: not a picture to vk", bots.ErrRejected)
	}
	return put, nil
}
