package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"besedka/core/qr"
	"besedka/core/qr/zxing"
	"besedka/web"
)

// errNotBuilt: a plain go build has no zxing-cpp inside.
var errNotBuilt = errors.New("zxing-cpp is not inside this binary: run make web and build again")

// eyes read photos. The zero value works, too, with what is written in Go.
type eyes struct {
	qr.Reader
	half error // why zxing-cpp is not part of them
}

// openEyes starts zxing-cpp, and says it aloud when it must do without. The folder
// cache, "" for none, keeps compiled code: with it a start takes 40 ms, not a second.
func openEyes(ctx context.Context, cache string, log *slog.Logger) eyes {
	engine, err := openEngine(ctx, cache)
	if err != nil {
		log.WarnContext(ctx, "photos are read without zxing-cpp, and so fewer of them", "err", err)
	}
	return eyes{Reader: qr.Reader{Engine: engine, PDFs: qr.NewPDFium(cache)}, half: err}
}

// openEngine does without a cache that it cannot write or that is damaged.
func openEngine(ctx context.Context, cache string) (*zxing.Engine, error) {
	module := web.ZXing()
	if module == nil {
		return nil, errNotBuilt
	}
	engine, err := zxing.Open(ctx, module, cache)
	if err != nil {
		return zxing.Open(ctx, module, "")
	}
	return engine, nil
}

// check warns of half-closed eyes.
func (e eyes) check(context.Context) (string, error) {
	if e.half == nil {
		return "", nil
	}
	return "photos are read without zxing-cpp, and so fewer of them: " + e.half.Error(), nil
}

// ownCache is the folder of commands that have no data folder: the user's, "" when
// there is none.
func ownCache() string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(folder, "besedka")
}
