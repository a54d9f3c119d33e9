package viber

import (
	"bytes"
	"context"
	"image"
	_ "image/gif"  // what Viber shows
	_ "image/jpeg" // what Viber shows
	_ "image/png"  // what Viber shows
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
)

// Limits of .../rest-bot-api, picture message.
const maxPicture = 1 << 20 // on iOS

var pictureEnds = []string{".jpeg", ".jpg", ".png", ".gif"}

// fetch brings the picture at an address as Viber does, and says what is wrong with it.
func fetch(ctx context.Context, address string) (picture []byte, wrong string) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || !slices.Contains(pictureEnds, path.Ext(at.Path)) {
		return nil, "media is no address of a picture"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "media is no address"
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, "media cannot be fetched"
	}
	defer resp.Body.Close()
	picture, err = io.ReadAll(io.LimitReader(resp.Body, maxPicture+1))
	switch {
	case err != nil || resp.StatusCode != http.StatusOK:
		return nil, "media cannot be fetched"
	case len(picture) > maxPicture:
		return nil, "media is too large"
	}
	if _, _, err := image.DecodeConfig(bytes.NewReader(picture)); err != nil {
		return nil, "media is no picture"
	}
	return picture, ""
}
