package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
)

//go:embed all:dist
var dist embed.FS

// assets maps the names of entry points (app.css) to the addresses of their
// built files (/a/app-1A2B3C4D.css). It is empty before the first build.
type assets map[string]string

// loadAssets reads what esbuild wrote about its outputs.
func loadAssets() (assets, error) {
	raw, err := dist.ReadFile("dist/meta.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read asset list: %w", err)
	}
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal(raw, &meta); err != nil {
		return nil, fmt.Errorf("read asset list: %w", err)
	}
	found := assets{}
	for output, about := range meta.Outputs {
		if about.EntryPoint != "" {
			found[path.Base(about.EntryPoint)] = "/a/" + path.Base(output)
		}
	}
	return found, nil
}

// serveAsset serves a built file. Its name holds the hash of its contents, so
// a browser may keep it for ever.
func (s *server) serveAsset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, dist, "dist/"+r.PathValue("file"))
}
