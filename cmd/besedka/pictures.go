package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/web"
)

// A messenger that fetches the pictures sent to people gets each under an address that
// nobody can guess, sealed with the master key: it names the picture and the time until
// which it is shown, and nobody in it.
const (
	picturesPath    = "/pictures/"
	pictureLinkKind = "picture link"
	pictureLife     = 3 * 24 * time.Hour // a phone that was off fetches it when it is on
	pictureMost     = 1 << 20            // bytes that Viber shows on any phone
)

// pictureLink is what an address says.
type pictureLink struct {
	Hash  string    `json:"hash,omitempty"` // of a file of the programme
	Blob  string    `json:"blob,omitempty"` // or of a sealed one
	Until time.Time `json:"until"`
}

// pictureURL is an address of a picture, open to who has it; bots.ErrRejected for what
// cannot be drawn.
func (a *app) pictureURL(ctx context.Context, m chat.Media) (string, error) {
	shown, err := a.fitting(ctx, m)
	if errors.Is(err, media.ErrNoPicture) { // nor will it be one tomorrow: what is said behind it does not wait
		err = fmt.Errorf("%w: %w", bots.ErrRejected, err)
	}
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(pictureLink{Hash: m.Hash, Blob: m.Blob, Until: a.now().Add(pictureLife)})
	if err != nil {
		return "", err
	}
	token := base64.RawURLEncoding.EncodeToString(a.keys.Seal(pictureLinkKind, plain))
	return a.baseURL + picturesPath + token + pictureEndings[shown.Type], nil
}

// pictureEndings name a picture as what it is: Viber goes by the end of its address.
var pictureEndings = map[string]string{"image/jpeg": ".jpeg", "image/png": ".png"}

// linkedPicture is the picture of an address that pictureURL gave: storage.ErrNotFound
// for any other, for one whose time is over, and for what there is no more.
func (a *app) linkedPicture(ctx context.Context, name string) (web.Picture, error) {
	token, _, _ := strings.Cut(name, ".")
	link, ok := a.openPictureLink(token)
	if !ok {
		return web.Picture{}, fmt.Errorf("picture: %w", storage.ErrNotFound)
	}
	shown, err := a.fitting(ctx, chat.Media{Hash: link.Hash, Blob: link.Blob})
	if errors.Is(err, seal.ErrErased) || errors.Is(err, media.ErrNoPicture) {
		err = fmt.Errorf("picture: %w", storage.ErrNotFound)
	}
	return shown, err
}

func (a *app) openPictureLink(token string) (link pictureLink, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return link, false
	}
	plain, err := a.keys.Open(pictureLinkKind, sealed)
	if err != nil || json.Unmarshal(plain, &link) != nil {
		return link, false
	}
	return link, a.now().Before(link.Until)
}

// fitting is a picture as such a messenger takes it: as it is, or drawn anew where it is
// too large or of another kind.
func (a *app) fitting(ctx context.Context, m chat.Media) (web.Picture, error) {
	data, err := a.picture(ctx, m)
	if err != nil {
		return web.Picture{}, err
	}
	kind := http.DetectContentType(data)
	if pictureEndings[kind] != "" && len(data) <= pictureMost {
		return web.Picture{Type: kind, Data: data}, nil
	}
	if m.Hash != "" {
		return a.drawn.shrink(ctx, a.media, m.Hash, data)
	}
	small, err := a.media.Shrink(ctx, data, pictureMost)
	return web.Picture{Type: "image/jpeg", Data: small}, err
}

// gallery keeps files of the programme as they were drawn anew: thousands of people are
// sent the same one, each phone fetches it, and one is drawn at a time.
type gallery struct {
	mu  sync.Mutex
	all map[string]web.Picture // by hash
}

// maxDrawn is how many are kept, of pictureMost bytes at most.
const maxDrawn = 16

func (g *gallery) shrink(ctx context.Context, by *media.Service, hash string, data []byte) (web.Picture, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p, ok := g.all[hash]; ok {
		return p, nil
	}
	small, err := by.Shrink(ctx, data, pictureMost)
	if err != nil {
		return web.Picture{}, err
	}
	if g.all == nil || len(g.all) >= maxDrawn {
		g.all = map[string]web.Picture{}
	}
	g.all[hash] = web.Picture{Type: "image/jpeg", Data: small}
	return g.all[hash], nil
}
